// SPDX-License-Identifier: Apache-2.0
#include "publishing/entry_planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "dure/entry.h"
#include "dure/erasure.h"

namespace dure::node {
namespace {

constexpr std::string_view kWithdraw = "withdraw";
constexpr std::size_t kMaxSourceBytes = 256;

Error refuse(ErrorCode code, const char* text, std::string detail, std::string_view id = {}) {
  Error error{code, std::move(detail), text};
  if (!id.empty()) error.args = {{"id", std::string(id)}};
  return error;
}

/// May a submission follow `before`?
Status check_revision(const Submission& submission, const OwnRecord& before) {
  if (before.type == kWithdraw) {
    return refuse(ErrorCode::kGone, "publishing.withdrawn",
                  "record " + before.id + " was withdrawn and takes no further revision",
                  before.id);
  }
  if (submission.type != kWithdraw && submission.type != before.type) {
    return refuse(ErrorCode::kConflict, "publishing.type-changed",
                  "record " + before.id + " is of type " + before.type + ", not " + submission.type,
                  before.id);
  }
  if (submission.expected_rev && *submission.expected_rev != before.rev) {
    return refuse(
        ErrorCode::kConflict, "publishing.other-revision",
        "record " + before.id + " is at revision " + std::to_string(before.rev) + " by now",
        before.id);
  }
  return ok();
}

/// What is not found may be a record of a sealed log that is not all here.
Status check_known(OwnLog& log, const Submission& submission, bool found) {
  const bool names_record = submission.id || !submission.source.empty();
  return found || !names_record || submission.of_this_log ? ok() : log.knows_records();
}

/// Only an erase entry names what it erases, and nothing else.
Status check_target(const Submission& submission) {
  const bool erases_sealed = submission.type == kEraseSealedType;
  const bool erases = submission.type == kEraseType || erases_sealed;
  if ((submission.type == kEraseType) != submission.target.has_value() ||
      erases_sealed != submission.sealed.has_value() ||
      (erases && (submission.id || !submission.source.empty()))) {
    return refuse(ErrorCode::kInvalid, "publishing.erase-not-so",
                  "an erase entry names the index that it erases, and no record");
  }
  if (erases && submission.entry_class != EntryClass::kPublic)
    return refuse(ErrorCode::kInvalid, "publishing.erase-not-so", "an erase entry is public");
  return ok();
}

}  // namespace

Error group_refused() {
  return refuse(ErrorCode::kRefused, "publishing.group-refused",
                "not published, because another entry of the group was refused");
}

Status check_submission(const Submission& submission) {
  if (!is_entry_type(submission.type)) {
    return refuse(ErrorCode::kInvalid, "publishing.bad-type",
                  "not an entry type: " + printable(submission.type));
  }
  if (submission.body.size() > kMaxBodyBytes) {
    return refuse(ErrorCode::kTooLarge, "publishing.body-too-large",
                  "a body of " + std::to_string(submission.body.size()) + " bytes; at most " +
                      std::to_string(kMaxBodyBytes));
  }
  if (submission.body.empty() || !is_utf8(submission.body)) {
    return refuse(ErrorCode::kInvalid, "publishing.bad-body", "the body is empty or not UTF-8");
  }
  if (submission.id && !is_entry_id(*submission.id)) {
    return refuse(ErrorCode::kInvalid, "publishing.bad-id",
                  "not an entry id: " + printable(*submission.id));
  }
  if (submission.source.size() > kMaxSourceBytes || !is_utf8(submission.source)) {
    return refuse(ErrorCode::kInvalid, "publishing.bad-source",
                  "the source is too long or not UTF-8");
  }
  if (auto right = check_target(submission); !right) return right;
  if (submission.type == kWithdraw && !submission.id) {
    return refuse(ErrorCode::kInvalid, "publishing.withdraw-without-id",
                  "a withdrawal names the record by its id");
  }
  return ok();
}

std::string format_leaf_time(std::int64_t seconds) {
  using std::chrono::days;
  constexpr std::int64_t kFirst = -62135596800;  // 0001-01-01T00:00:00Z
  constexpr std::int64_t kLast = 253402300799;   // 9999-12-31T23:59:59Z
  const std::chrono::sys_seconds time{std::chrono::seconds(std::clamp(seconds, kFirst, kLast))};
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

PreparedSubmission::PreparedSubmission(Submission made, const Random& random, std::string leaf_time)
    : submission(std::move(made)), time(std::move(leaf_time)) {
  std::array<std::uint8_t, kSaltBytes + 16> bytes{};  // drawn at once: the salt and an id
  random(bytes);
  std::copy_n(bytes.begin(), entry.salt.size(), entry.salt.begin());
  entry.body = std::move(submission.body);
  entry.type = submission.type;
  entry.source = submission.source;
  commitment = commit(entry.body, entry.salt);
  if (submission.id) return;
  const auto* id = reinterpret_cast<const char*>(bytes.data()) + kSaltBytes;
  become(submission.sealed ? erase_sealed_id(*submission.sealed)
                           : base32_encode({id, bytes.size() - kSaltBytes}),
         1);
}

void PreparedSubmission::become(std::string id, std::uint64_t rev) {
  entry.id = std::move(id);
  entry.rev = rev;
  Leaf leaf;
  leaf.type = entry.type;
  leaf.id = entry.id;
  leaf.rev = rev;
  leaf.entry_class = submission.entry_class;
  leaf.commitment = commitment;
  leaf.size = size_bucket(entry.body.size());
  leaf.time = time;
  leaf.target = submission.target;
  entry.leaf = format_leaf(leaf);
  entry.leaf_hash = hash_leaf(entry.leaf);
}

std::vector<Result<Receipt>> EntryPlanner::plan(std::span<PreparedSubmission> group) {
  const std::size_t entries = entries_.size();
  const std::size_t changes = changes_.size();
  std::vector<Result<Receipt>> answers;
  answers.reserve(group.size());
  bool all = true;
  for (auto& prepared : group) {
    answers.push_back(plan_one(prepared));
    all = all && answers.back().has_value();
  }
  if (all) return answers;
  take_back(entries, changes);
  for (auto& answer : answers) {
    if (!answer) continue;
    answer = group_refused();
  }
  return answers;
}

Result<Receipt> EntryPlanner::plan_one(PreparedSubmission& prepared) {
  const auto& target = prepared.submission.target;
  if (target && *target >= first_) {
    return refuse(ErrorCode::kInvalid, "publishing.erase-not-so",
                  "the log has no entry " + std::to_string(*target) + " to erase");
  }
  auto before = previous(prepared.submission);
  if (!before) return std::move(before).error();
  if (*before) {
    auto repeated = become_revision(prepared, **before);
    if (!repeated) return std::move(repeated).error();
    if (*repeated) return **repeated;
  }
  NewEntry& entry = prepared.entry;
  const Receipt receipt{entry.id, entry.rev, first_ + entries_.size()};
  // Nobody knows the id of a new record yet: without a source nothing in this batch can refer to
  // it.
  if (entry.rev > 1 || !entry.source.empty())
    remember({entry.id, entry.rev, receipt.index, entry.type, entry.source});
  entries_.push_back(std::move(entry));
  return receipt;
}

/// Makes the entry the next revision of the record; what repeats it gets the receipt of the last
/// one.
Result<std::optional<Receipt>> EntryPlanner::become_revision(PreparedSubmission& prepared,
                                                             const OwnRecord& record) {
  if (auto allowed = check_revision(prepared.submission, record); !allowed)
    return std::move(allowed).error();
  if (auto allowed = check_class(prepared, record); !allowed) return std::move(allowed).error();
  auto same = repeats(prepared, record);
  if (!same) return std::move(same).error();
  if (*same)
    return std::optional(
        Receipt{record.id, record.rev, record.index, 0, /*unchanged=*/true, record.origin});
  prepared.become(record.id, record.rev + 1);
  if (prepared.entry.source.empty()) prepared.entry.source = record.source;
  return std::optional<Receipt>();
}

/// What was for members only never becomes public by a slip, nor does a public record end in an
/// entry that the public cannot read.
Status EntryPlanner::check_class(PreparedSubmission& prepared, const OwnRecord& before) {
  const auto known = class_of(before);
  if (!known) return known.error();
  auto& wanted = prepared.submission.entry_class;
  if (prepared.submission.type == kWithdraw) wanted = *known;
  if (wanted == *known) return ok();
  return refuse(
      ErrorCode::kConflict,
      *known == EntryClass::kMembers ? "publishing.class-members" : "publishing.class-public",
      "record " + before.id + " is of another class", before.id);
}

Result<EntryClass> EntryPlanner::class_of(const OwnRecord& record) {
  if (!record.origin.empty()) {
    const auto entry = log_.earlier_entry(record);
    if (!entry) return entry.error();
    return entry->entry_class;
  }
  if (record.index < first_) return log_.entry_class(record.index);
  const auto leaf = parse_leaf(entries_[record.index - first_].leaf);
  if (!leaf) return leaf.error();
  return leaf->entry_class;
}

/// Whether an import brings what is already published.
Result<bool> EntryPlanner::repeats(const PreparedSubmission& prepared, const OwnRecord& before) {
  const std::string& source = prepared.submission.source;
  if (source.empty() || source != before.source) return false;
  return has_body(before, prepared.entry.body);
}

/// The record that `submission` revises; none if it is to be a new one.
Result<std::optional<OwnRecord>> EntryPlanner::previous(const Submission& submission) {
  auto by_source = find_by_source(submission.source);
  if (!by_source) return by_source;
  if (auto known = check_known(log_, submission, by_source->has_value()); !known)
    return std::move(known).error();
  if (submission.id) {
    auto by_id = find_by_id(*submission.id);
    if (!by_id) return by_id;
    if (!*by_id) {
      return refuse(ErrorCode::kNotFound, "publishing.unknown-id",
                    "this log has no record " + *submission.id, *submission.id);
    }
    if (*by_source && (*by_source)->id != *submission.id) {
      return refuse(ErrorCode::kConflict, "publishing.source-taken",
                    printable(submission.source) + " is already record " + (*by_source)->id,
                    (*by_source)->id);
    }
    return by_id;
  }
  if (!*by_source && submission.expected_rev.value_or(0) != 0) {
    return refuse(ErrorCode::kConflict, "publishing.other-revision",
                  "a revision was expected, but there is no such record");
  }
  return by_source;
}

Result<std::optional<OwnRecord>> EntryPlanner::find_by_id(const std::string& id) {
  const auto found = records_.find(id);
  if (found != records_.end()) return std::optional(found->second);
  return log_.find_by_id(id);
}

Result<std::optional<OwnRecord>> EntryPlanner::find_by_source(const std::string& source) {
  if (source.empty()) return std::optional<OwnRecord>();
  const auto found = sources_.find(source);
  if (found != sources_.end()) return find_by_id(found->second);
  auto stored = log_.find_by_source(source);
  if (!stored || !*stored) return stored;
  // This batch may have given the record another revision, or another source.
  auto newest = find_by_id((*stored)->id);
  if (newest && *newest && (*newest)->source != source) return std::optional<OwnRecord>();
  return newest;
}

Result<bool> EntryPlanner::has_body(const OwnRecord& record, std::string_view body) {
  const bool earlier = !record.origin.empty();
  if (!earlier && record.index >= first_) return entries_[record.index - first_].body == body;
  auto stored = body_of(log_, record);
  if (!stored) return std::move(stored).error();
  return stored->has_value() && **stored == body;
}

/// Later submissions of the batch see this one.
void EntryPlanner::remember(OwnRecord record) {
  Change change{record.id, std::nullopt, record.source, std::nullopt};
  if (const auto found = records_.find(record.id); found != records_.end())
    change.before = found->second;
  if (const auto found = sources_.find(record.source); found != sources_.end())
    change.source_before = found->second;
  changes_.push_back(std::move(change));
  if (!record.source.empty()) sources_.insert_or_assign(record.source, record.id);
  records_.insert_or_assign(record.id, std::move(record));
}

void EntryPlanner::take_back(std::size_t entries, std::size_t changes) {
  entries_.resize(entries);
  for (; changes_.size() > changes; changes_.pop_back()) {
    const Change& change = changes_.back();
    records_.erase(change.id);
    if (change.before) records_.emplace(change.id, *change.before);
    sources_.erase(change.source);
    if (change.source_before) sources_.emplace(change.source, *change.source_before);
  }
}

}  // namespace dure::node
