// SPDX-License-Identifier: Apache-2.0
#include "storage/search_cache.h"

#include <utility>

namespace dure::node {
namespace {

constexpr std::size_t kMaxCounts = 4096;
constexpr std::size_t kEntryOverhead = 256;

std::size_t size_of(const SearchPage& page, const std::string& key) {
  std::size_t bytes = kEntryOverhead + 2 * key.size() + page.next_cursor.size();
  for (const SearchHit& hit : page.hits) {
    const CatalogueItem& item = hit.item;
    bytes += sizeof hit + item.origin.size() + item.id.size() + item.title.size() +
             item.title_en.size() + item.summary.size() + hit.snippet.size();
  }
  return bytes;
}

}  // namespace

bool SearchCache::current(std::uint64_t version) {
  if (version < version_) return false;
  if (version > version_) {
    version_ = version;
    bytes_ = 0;
    by_key_.clear();
    recent_.clear();
    counts_.clear();
  }
  return true;
}

std::shared_ptr<const SearchPage> SearchCache::page(std::uint64_t version, const std::string& key) {
  const std::lock_guard lock(mutex_);
  if (!current(version)) return nullptr;
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second);
  return found->second->page;
}

void SearchCache::keep(std::uint64_t version, const std::string& key,
                       std::shared_ptr<const SearchPage> page) {
  const std::size_t bytes = size_of(*page, key);
  const std::lock_guard lock(mutex_);
  if (!current(version) || bytes > max_bytes_ || by_key_.count(key) != 0) return;
  recent_.push_front({key, std::move(page), bytes});
  by_key_[key] = recent_.begin();
  bytes_ += bytes;
  while (bytes_ > max_bytes_) {
    bytes_ -= recent_.back().bytes;
    by_key_.erase(recent_.back().key);
    recent_.pop_back();
  }
}

std::optional<std::uint64_t> SearchCache::count(std::uint64_t version, const std::string& word) {
  const std::lock_guard lock(mutex_);
  if (!current(version)) return std::nullopt;
  const auto found = counts_.find(word);
  if (found == counts_.end()) return std::nullopt;
  return found->second;
}

void SearchCache::keep_count(std::uint64_t version, const std::string& word,
                             std::uint64_t documents) {
  const std::lock_guard lock(mutex_);
  if (!current(version)) return;
  if (counts_.size() >= kMaxCounts) counts_.clear();
  counts_.emplace(word, documents);
}

}  // namespace dure::node
