// SPDX-License-Identifier: Apache-2.0
// Recent answers of one version of the catalogue, least recently used first out. Bounded in bytes.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "catalogue/ports.h"

namespace dure::node {

/// Threads: any. Everything of an older version is forgotten as soon as a newer one is asked for.
class SearchCache {
 public:
  explicit SearchCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  std::shared_ptr<const SearchPage> page(std::uint64_t version, const std::string& key);
  void keep(std::uint64_t version, const std::string& key, std::shared_ptr<const SearchPage> page);

  /// How many documents hold a word.
  std::optional<std::uint64_t> count(std::uint64_t version, const std::string& word);
  void keep_count(std::uint64_t version, const std::string& word, std::uint64_t documents);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const SearchPage> page;
    std::size_t bytes = 0;
  };
  bool current(std::uint64_t version);  // with mutex_ held

  const std::size_t max_bytes_;
  std::mutex mutex_;  // guards all below
  std::uint64_t version_ = 0;
  std::size_t bytes_ = 0;
  std::list<Entry> recent_;  // newest first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
  std::unordered_map<std::string, std::uint64_t> counts_;
};

}  // namespace dure::node
