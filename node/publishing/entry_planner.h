// SPDX-License-Identifier: Apache-2.0
// The rules of revisions: what entry, if any, a submission becomes. Works on a batch that is not
// stored yet.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "publishing/ports.h"
#include "publishing/publisher.h"

namespace dure::node {

/// A submission with what can be worked out before its turn comes.
struct PreparedSubmission {
  Submission submission;
  std::array<std::uint8_t, kSaltBytes + 16>
      random{};  // drawn at once: the salt, and the id of a new record
  Hash commitment{};

  Salt salt() const;
  std::string fresh_id() const;
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
  EntryPlanner(OwnLog& log, std::string time, std::uint64_t first)
      : log_(log), time_(std::move(time)), first_(first) {}

  void reserve(std::size_t entries) { entries_.reserve(entries); }
  /// Plans all of `group` or nothing of it, and takes the bodies away. Receipts lack their `size`
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
  Result<bool> repeats(const Submission& submission, const OwnRecord& before);
  Result<bool> has_body(const OwnRecord& record, std::string_view body);
  void add(PreparedSubmission& prepared, OwnRecord record);
  void remember(OwnRecord record);
  void take_back(std::size_t entries, std::size_t changes);

  OwnLog& log_;
  const std::string time_;
  const std::uint64_t first_;
  std::vector<NewEntry> entries_;
  std::unordered_map<std::string, OwnRecord> records_;    // changed by this batch, by id
  std::unordered_map<std::string, std::string> sources_;  // source → id
  std::vector<Change> changes_;
};

}  // namespace dure::node
