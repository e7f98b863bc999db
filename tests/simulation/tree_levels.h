// SPDX-License-Identifier: Apache-2.0
// The perfect subtrees of a growing log, level by level: a value that can be copied.
#pragma once

#include <vector>

#include "dure/merkle.h"

namespace dure::simulation {

class TreeLevels {
 public:
  std::uint64_t size() const { return levels_.empty() ? 0 : levels_[0].size(); }

  void append(const Hash& leaf_hash) {
    Hash hash = leaf_hash;
    for (std::size_t level = 0;; ++level) {
      if (level == levels_.size()) levels_.emplace_back();
      auto& row = levels_[level];
      row.push_back(hash);
      if (row.size() % 2 != 0) return;
      hash = hash_node(row[row.size() - 2], row.back());
    }
  }
  const Hash* node(unsigned level, std::uint64_t index) const {
    if (level >= levels_.size() || index >= levels_[level].size()) return nullptr;
    return &levels_[level][index];
  }
  /// `size` is at most size().
  CompactRange range_at(std::uint64_t size) const {
    CompactRange range;
    for (unsigned level = 63; level-- > 0;) {
      if ((size >> level & 1) != 0)
        range.append_subtree(levels_[level][range.size() >> level], level);
    }
    return range;
  }
  Hash root_at(std::uint64_t size) const { return range_at(size).root(); }
  bool has(std::uint64_t size, const Hash& root) const {
    return size <= this->size() && root_at(size) == root;
  }
  /// How many first leaves are the same.
  std::uint64_t agrees_with(const TreeLevels& other) const {
    std::uint64_t agreed = 0;
    while (agreed < size() && agreed < other.size() &&
           levels_[0][agreed] == other.levels_[0][agreed])
      ++agreed;
    return agreed;
  }
  NodeReader reader() const {
    return [this](unsigned level, std::uint64_t index) -> Result<Hash> {
      if (const Hash* hash = node(level, index)) return *hash;
      return Error{ErrorCode::kNotFound, "no such node"};
    };
  }

 private:
  std::vector<std::vector<Hash>> levels_;
};

}  // namespace dure::simulation
