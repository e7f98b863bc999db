// SPDX-License-Identifier: Apache-2.0
// What publishing needs from storage: a durable own log and a head lock.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dure/checkpoint.h"
#include "dure/commitment.h"
#include "dure/entry.h"
#include "dure/merkle.h"
#include "dure/result.h"

namespace dure::node {

/// One leaf with its body, ready to be stored.
struct NewEntry {
  std::string leaf;
  Hash leaf_hash{};
  Salt salt{};
  std::string body;
  bool body_absent =
      false;  // neither salt nor body is stored: erased, or no mirror has them any more
  // Index columns, all recomputable from leaf and body.
  std::string id;
  std::uint64_t rev = 1;
  std::string type;
  std::string source;  // "<scheme>:<value>" of the imported record, or empty
};

/// The newest revision of one of the own log's records.
struct OwnRecord {
  std::string id;
  std::uint64_t rev = 0;
  std::uint64_t index = 0;
  std::string type;  // "withdraw" once withdrawn
  std::string source;
};

/// The own log's entries. Threads: any; writes are grouped into shared commits by the
/// implementation.
class OwnLog {
 public:
  virtual ~OwnLog() = default;
  virtual std::uint64_t size() = 0;
  /// The right edge of the durable tree.
  virtual Result<CompactRange> range() = 0;
  /// Appends at exactly `first` and returns once the entries are on disk.
  /// Errors: kConflict if size() != first; kStorage (nothing, or everything, was kept: read size()
  /// again).
  virtual Status append(std::uint64_t first, std::span<const NewEntry> entries) = 0;
  virtual Result<std::optional<OwnRecord>> find_by_id(std::string_view id) = 0;
  virtual Result<std::optional<OwnRecord>> find_by_source(std::string_view source) = 0;
  /// The class of the entry at `index`. Errors: kNotFound.
  virtual Result<EntryClass> entry_class(std::uint64_t index) = 0;
  /// The body at `index`; empty if it was erased.
  virtual Result<std::optional<std::string>> body(std::uint64_t index) = 0;
  /// The checkpoint that is served to the public. Not durable by itself: the head lock is.
  virtual Status publish_head(const SignedCheckpoint& head) = 0;
  virtual Result<std::optional<std::string>> published_head() = 0;
};

/// The one place that decides which heads were ever signed: a file of its own, opened without
/// CREATE after `init`, never part of a backup. Every call is durable when it returns.
class HeadLock {
 public:
  virtual ~HeadLock() = default;
  /// The note of the newest signed head of the own log; empty before the first.
  virtual Result<std::optional<std::string>> head() = 0;
  /// Replaces `expected` by `next`. Errors: kConflict if the stored note is another one; kStorage
  /// (state unknown).
  virtual Status replace_head(const std::optional<std::string>& expected,
                              std::string_view next) = 0;
};

}  // namespace dure::node
