// SPDX-License-Identifier: Apache-2.0
#include "erasing/erasing_own_log.h"

#include <utility>
#include <vector>

#include "dure/entry.h"

namespace dure::node {
namespace {

class ErasingOwnLog final : public OwnLog {
 public:
  ErasingOwnLog(OwnLog& inner, std::string origin, LogReader& logs, Eraser& eraser)
      : inner_(inner), origin_(std::move(origin)), logs_(logs), eraser_(eraser) {}

  std::uint64_t size() override { return inner_.size(); }
  Result<CompactRange> range() override { return inner_.range(); }
  Result<std::optional<OwnRecord>> find_by_id(std::string_view id) override {
    return inner_.find_by_id(id);
  }
  Result<std::optional<OwnRecord>> find_by_source(std::string_view source) override {
    return inner_.find_by_source(source);
  }
  Status go_on_with(std::span<const EarlierLog> logs, bool here) override {
    return inner_.go_on_with(logs, here);
  }
  Status knows_records() override { return inner_.knows_records(); }
  Result<EarlierEntry> earlier_entry(const OwnRecord& record) override {
    return inner_.earlier_entry(record);
  }
  Result<EntryClass> entry_class(std::uint64_t index) override { return inner_.entry_class(index); }
  Result<std::optional<std::string>> body(std::uint64_t index) override {
    return inner_.body(index);
  }
  Status publish_head(const SignedCheckpoint& head) override { return inner_.publish_head(head); }
  Result<std::optional<std::string>> published_head() override { return inner_.published_head(); }

  Status append(std::uint64_t first, std::span<const NewEntry> entries) override {
    auto erasures = erasures_in(first, entries);
    if (!erasures) return std::move(erasures).error();
    if (!erasures->empty()) {
      if (auto planned = eraser_.plan(*erasures); !planned) return planned;
    }
    // After a failure the plan stays: whether the entries were kept shows at the next start.
    if (auto appended = append_unerased(first, entries); !appended) return appended;
    return erasures->empty() ? ok() : eraser_.bind(*erasures);
  }

 private:
  Result<std::vector<Erasure>> erasures_in(std::uint64_t first, std::span<const NewEntry> entries) {
    std::vector<Erasure> erasures;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      auto erasure = erasure_in(origin_, first + i, entries[i].leaf, entries[i].body);
      if (!erasure) continue;
      if (erasure->of_sealed()) {  // whose leaf may not be here
        erasures.push_back(*std::move(erasure));
        continue;
      }
      const auto commitment = commitment_of(first, entries, erasure->target);
      if (!commitment) return commitment.error();
      erasure->commitment = *commitment;
      erasures.push_back(*std::move(erasure));
    }
    return erasures;
  }

  Result<Hash> commitment_of(std::uint64_t first, std::span<const NewEntry> entries,
                             std::uint64_t target) {
    std::string bytes;
    if (target >= first) {
      bytes = entries[target - first].leaf;
    } else {
      const auto log = logs_.log_by_origin(origin_);
      if (!log) return log.error();
      auto entry = logs_.entry(log->id, target);
      if (!entry) return std::move(entry).error();
      bytes = std::move(entry->leaf);
    }
    const auto leaf = parse_leaf(bytes);
    if (!leaf) return leaf.error();
    return leaf->commitment;
  }

  Status append_unerased(std::uint64_t first, std::span<const NewEntry> entries) {
    const auto erased = eraser_.erased_within(origin_, first, entries.size());
    if (erased.empty()) return inner_.append(first, entries);
    std::vector<NewEntry> kept(entries.begin(), entries.end());
    for (const std::uint64_t index : erased) {
      NewEntry& entry = kept[index - first];
      entry.body_absent = true;
      entry.salt = {};
      entry.body.clear();
      entry.source.clear();
    }
    return inner_.append(first, kept);
  }

  OwnLog& inner_;
  const std::string origin_;
  LogReader& logs_;
  Eraser& eraser_;
};

}  // namespace

std::unique_ptr<OwnLog> make_erasing_own_log(OwnLog& inner, std::string origin, LogReader& logs,
                                             Eraser& eraser) {
  return std::make_unique<ErasingOwnLog>(inner, std::move(origin), logs, eraser);
}

}  // namespace dure::node
