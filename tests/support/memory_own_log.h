// SPDX-License-Identifier: Apache-2.0
// An own log without a disk, with failures on demand.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "publishing/ports.h"
#include "support/failures.h"
#include "support/naive_tree.h"

namespace dure::node {

class MemoryOwnLog final : public OwnLog {
 public:
  FailNext fail_append;
  FailNext fail_publish_head;

  std::uint64_t size() override {
    const std::lock_guard lock(mutex_);
    return entries_.size();
  }
  Result<CompactRange> range() override {
    const std::lock_guard lock(mutex_);
    CompactRange range;
    for (const auto& entry : entries_) range.append(hash_leaf(entry.leaf));
    return range;
  }
  Status append(std::uint64_t first, std::span<const NewEntry> entries) override {
    return fail_append.around([&]() -> Status {
      const std::lock_guard lock(mutex_);
      if (entries_.size() != first) return Error{ErrorCode::kConflict, "not at the end"};
      for (const NewEntry& entry : entries) {
        const OwnRecord record{entry.id, entry.rev, entries_.size(), entry.type, entry.source};
        records_.insert_or_assign(entry.id, record);
        entries_.push_back(entry);
      }
      if (!entries.empty()) ++appends_;
      return ok();
    });
  }
  Result<std::optional<OwnRecord>> find_by_id(std::string_view id) override {
    const std::lock_guard lock(mutex_);
    const auto found = records_.find(std::string(id));
    return found == records_.end() ? std::optional<OwnRecord>() : std::optional(found->second);
  }
  Result<std::optional<OwnRecord>> find_by_source(std::string_view source) override {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, record] : records_) {
      if (!source.empty() && record.source == source) return std::optional(record);
    }
    return std::optional<OwnRecord>();
  }
  /// A record of a sealed log that this one continues.
  void add_earlier(OwnRecord record, EarlierEntry entry) {
    const std::lock_guard lock(mutex_);
    earlier_.insert_or_assign(record.id, std::move(entry));
    records_.emplace(record.id, std::move(record));
  }
  void set_earlier_here(bool here) {
    const std::lock_guard lock(mutex_);
    earlier_here_ = here;
  }
  Status knows_records() override {
    const std::lock_guard lock(mutex_);
    if (earlier_here_) return ok();
    return Error{ErrorCode::kUnavailable, "not here", "publishing.earlier-missing"};
  }
  Result<EarlierEntry> earlier_entry(const OwnRecord& record) override {
    const std::lock_guard lock(mutex_);
    const auto found = earlier_.find(record.id);
    if (found == earlier_.end()) return Error{ErrorCode::kNotFound, "no entry"};
    return found->second;
  }
  Result<EntryClass> entry_class(std::uint64_t index) override {
    const std::lock_guard lock(mutex_);
    if (index >= entries_.size()) return Error{ErrorCode::kNotFound, "no entry"};
    return parse_leaf(entries_[index].leaf)->entry_class;
  }
  Result<std::optional<std::string>> body(std::uint64_t index) override {
    const std::lock_guard lock(mutex_);
    if (index >= entries_.size()) return Error{ErrorCode::kNotFound, "no entry"};
    return std::optional(entries_[index].body);
  }
  Status publish_head(const SignedCheckpoint& head) override {
    return fail_publish_head.around([&] {
      const std::lock_guard lock(mutex_);
      published_ = format_note(head.note);
      return ok();
    });
  }
  Result<std::optional<std::string>> published_head() override {
    const std::lock_guard lock(mutex_);
    return published_;
  }

  /// For tests: what is stored, how many appends stored it, and damage.
  std::vector<NewEntry> entries() const {
    const std::lock_guard lock(mutex_);
    return entries_;
  }
  std::size_t appends() const {
    const std::lock_guard lock(mutex_);
    return appends_;
  }
  void truncate(std::size_t size) {
    const std::lock_guard lock(mutex_);
    entries_.resize(size);
  }
  void set_published(std::optional<std::string> note) {
    const std::lock_guard lock(mutex_);
    published_ = std::move(note);
  }
  /// Reads nodes as recovery needs them.
  NodeReader nodes() {
    return [this](unsigned level, std::uint64_t index) -> Result<Hash> {
      const std::lock_guard lock(mutex_);
      std::vector<Hash> leaves;
      for (const auto& entry : entries_) leaves.push_back(hash_leaf(entry.leaf));
      const std::uint64_t span = std::uint64_t{1} << level;
      if (index >= leaves.size() || (index + 1) * span > leaves.size())
        return Error{ErrorCode::kNotFound, "no node"};
      return naive_root(std::span<const Hash>(leaves).subspan(index * span, span));
    };
  }

 private:
  mutable std::mutex mutex_;
  std::vector<NewEntry> entries_;
  std::map<std::string, EarlierEntry> earlier_;  // by id
  bool earlier_here_ = true;
  std::map<std::string, OwnRecord> records_;
  std::optional<std::string> published_;
  std::size_t appends_ = 0;
};

}  // namespace dure::node
