// SPDX-License-Identifier: Apache-2.0
// Bodies that never change, the recently asked ones, within a number of bytes.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace dure::node::http {

/// Threads: any.
class ResponseCache {
 public:
  using Body = std::shared_ptr<const std::string>;

  explicit ResponseCache(std::size_t capacity_bytes) : capacity_(capacity_bytes) {}

  /// Null if it is not here.
  Body find(const std::string& key);
  /// Forgets what was unused for longest. A body over a quarter of the capacity is not kept.
  void put(const std::string& key, Body body);
  std::size_t bytes() const;

 private:
  struct Item {
    std::string key;
    Body body;
  };
  static std::size_t cost(const Item& item);

  const std::size_t capacity_;
  mutable std::mutex mutex_;  // guards what follows
  std::size_t bytes_ = 0;
  std::list<Item> by_use_;  // most recent first
  std::unordered_map<std::string, std::list<Item>::iterator> by_key_;
};

}  // namespace dure::node::http
