// SPDX-License-Identifier: Apache-2.0
// The rules of revisions: what entry, if any, a submission becomes. Works on a batch that is not
// stored yet.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "publishing/ports.h"
#include "publishing/publisher.h"

namespace dure::node {

using Random = std::function<void(std::span<std::uint8_t>)>;  // fills with unpredictable bytes

/// A submission with what can be worked out before its turn comes: the entry that it becomes if it
/// opens a record.
struct PreparedSubmission {
  PreparedSubmission(Submission made, const Random& random, std::string leaf_time);
  /// Makes `entry` revision `rev` of record `id`.
  void become(std::string id, std::uint64_t rev);

  Submission submission;  // its body has moved to `entry`
  std::string time;
  Hash commitment{};
  NewEntry entry;
};

/// What the others of a group answer when one was refused.
Error group_refused();
/// Checks what does not depend on other entries. Errors: kInvalid, kTooLarge.
Status check_submission(const Submission& submission);

/// `YYYY-MM-DDThh:mm:ssZ` of POSIX second `seconds`, held within the years a leaf can tell.
std::string format_leaf_time(std::int64_t seconds);

/// Plans one batch of entries that will be appended at `first`. Threads: one.
class EntryPlanner {
 public:
  EntryPlanner(OwnLog& log, std::uint64_t first) : log_(log), first_(first) {}

  void reserve(std::size_t entries) { entries_.reserve(entries); }
  /// Plans all of `group` or nothing of it, and takes the entries away. Receipts lack their `size`
  /// yet.
  std::vector<Result<Receipt>> plan(std::span<PreparedSubmission> group);
  /// What must be appended for the groups planned so far.
  const std::vector<NewEntry>& entries() const { return entries_; }

 private:
  struct Change {  // for taking a refused group back
    std::string id;
    std::optional<OwnRecord> before;
    std::string source;
    std::optional<std::string> source_before;
  };

  Result<Receipt> plan_one(PreparedSubmission& prepared);
  Result<std::optional<OwnRecord>> previous(const Submission& submission);
  Result<std::optional<OwnRecord>> find_by_id(const std::string& id);
  Result<std::optional<OwnRecord>> find_by_source(const std::string& source);
  Result<std::optional<Receipt>> become_revision(PreparedSubmission& prepared,
                                                 const OwnRecord& record);
  Status check_class(PreparedSubmission& prepared, const OwnRecord& before);
  Result<EntryClass> class_of(const OwnRecord& record);
  Result<bool> repeats(const PreparedSubmission& prepared, const OwnRecord& before);
  Result<bool> has_body(const OwnRecord& record, std::string_view body);
  void remember(OwnRecord record);
  void take_back(std::size_t entries, std::size_t changes);

  OwnLog& log_;
  const std::uint64_t first_;
  std::vector<NewEntry> entries_;
  std::unordered_map<std::string, OwnRecord> records_;    // changed by this batch, by id
  std::unordered_map<std::string, std::string> sources_;  // source → id
  std::vector<Change> changes_;
};

}  // namespace dure::node
