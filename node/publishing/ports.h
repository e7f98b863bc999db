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

/// The newest revision of one of the records that the own log may revise.
struct OwnRecord {
  std::string id;
  std::uint64_t rev = 0;
  std::uint64_t index = 0;
  std::string type;  // "withdraw" once withdrawn
  std::string source;
  std::string origin = {};  // of the sealed log in which it stands; empty: the own log
};

/// A sealed log that the own log continues.
struct EarlierLog {
  std::string origin;
  std::uint64_t size = 0;  // where it ends
  Hash root{};
  bool operator==(const EarlierLog&) const = default;
};

/// What planning needs of an entry in a sealed log.
struct EarlierEntry {
  EntryClass entry_class = EntryClass::kPublic;
  std::optional<std::string> body;  // absent: erased, or not here
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
  /// Says which sealed logs this one continues, oldest first, and whether all of them are `here`:
  /// their records are then found by id and source like its own, until it has a revision of them.
  /// Repeating it changes nothing. Errors: kStorage.
  virtual Status go_on_with(std::span<const EarlierLog> logs, bool here) {
    (void)here;
    if (logs.empty()) return ok();
    return Error{ErrorCode::kUnsupported, "this log continues none"};
  }
  /// Whether all records are found. Errors: kUnavailable (a log that it continues is not here).
  virtual Status knows_records() { return ok(); }
  /// The entry of a record that stands in a sealed log. Errors: kNotFound.
  virtual Result<EarlierEntry> earlier_entry(const OwnRecord& record) {
    return Error{ErrorCode::kNotFound, "no log " + record.origin};
  }
  /// The class of the entry at `index`. Errors: kNotFound.
  virtual Result<EntryClass> entry_class(std::uint64_t index) = 0;
  /// The body at `index`; empty if it was erased.
  virtual Result<std::optional<std::string>> body(std::uint64_t index) = 0;
  /// The checkpoint that is served to the public. Not durable by itself: the head lock is.
  virtual Status publish_head(const SignedCheckpoint& head) = 0;
  virtual Result<std::optional<std::string>> published_head() = 0;
};

/// The body of a record's newest entry, in whichever log it stands; empty if it was erased.
inline Result<std::optional<std::string>> body_of(OwnLog& log, const OwnRecord& record) {
  if (record.origin.empty()) return log.body(record.index);
  auto entry = log.earlier_entry(record);
  if (!entry) return std::move(entry).error();
  return std::move(entry->body);
}

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
