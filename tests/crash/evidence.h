// SPDX-License-Identifier: Apache-2.0
// What a node promised while it was being killed, and the check that it kept all of it.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "dure/checkpoint.h"

namespace dure::test {

/// Receipts and heads that reached somebody. Threads: any.
class Evidence {
 public:
  /// An answer of the control API to a publication, as JSON. Returns how many entries it
  /// acknowledged.
  std::size_t acknowledge(std::string_view answer, const std::string& title);
  /// A checkpoint note seen in public. Two notes of one size must have one root.
  void see_head(std::string_view note);

  std::size_t acknowledged() const;
  std::size_t heads() const;

  /// Reads the whole log of the node at `url`: every acknowledged entry stands at its index with
  /// its body, every head ever seen is a head of this very history. Reports through GoogleTest.
  void check_against(const std::string& url) const;

 private:
  struct Promise {
    std::string id, title;
  };
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::uint64_t, Promise> promises_;
  std::map<std::uint64_t, Hash> heads_;
};

}  // namespace dure::test
