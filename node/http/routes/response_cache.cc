// SPDX-License-Identifier: Apache-2.0
#include "http/routes/response_cache.h"

namespace dure::node::http {

std::size_t ResponseCache::cost(const Item& item) {
  constexpr std::size_t kOverhead = 256;  // list and map nodes, two copies of the key
  return item.body->size() + item.key.size() * 2 + kOverhead;
}

ResponseCache::Body ResponseCache::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return found->second->body;
}

void ResponseCache::put(const std::string& key, Body body) {
  Item item{key, std::move(body)};
  const auto added = cost(item);
  if (added > capacity_ / 4) return;
  const std::lock_guard lock(mutex_);
  if (by_key_.count(key) != 0) return;
  while (bytes_ + added > capacity_) {
    bytes_ -= cost(by_use_.back());
    by_key_.erase(by_use_.back().key);
    by_use_.pop_back();
  }
  bytes_ += added;
  by_use_.push_front(std::move(item));
  by_key_.emplace(key, by_use_.begin());
}

std::size_t ResponseCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace dure::node::http
