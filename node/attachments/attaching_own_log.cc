// SPDX-License-Identifier: Apache-2.0
#include "attachments/attaching_own_log.h"

#include <utility>
#include <vector>

#include "attachments/attachment_list.h"
#include "dure/entry.h"

namespace dure::node {
namespace {

class AttachingOwnLog final : public OwnLog {
 public:
  AttachingOwnLog(OwnLog& inner, std::string origin, AttachmentStore& store)
      : inner_(inner), origin_(std::move(origin)), store_(store) {}

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
    std::vector<AttachmentOwner> owners;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto refs = attachments_in(entries[i].body);
      if (refs.empty()) continue;
      // Attachments are served to everybody: whatever an entry for members lists is none.
      const auto leaf = parse_leaf(entries[i].leaf);
      if (!leaf) return leaf.error();
      if (leaf->entry_class != EntryClass::kPublic) continue;
      AttachmentOwner owner{origin_, first + i};
      for (const auto& ref : refs) {
        auto added = store_.add_owner(ref.commitment, owner);
        // What is healed from mirrors comes before its attachments, and what was erased has none.
        if (!added && added.error().code == ErrorCode::kStorage) return added;
      }
      owners.push_back(std::move(owner));
    }
    // After a failure they count as there: whether they are shows when something is erased later.
    if (auto appended = inner_.append(first, entries); !appended) return appended;
    for (const auto& owner : owners) store_.settle_owner(owner);
    return ok();
  }

 private:
  OwnLog& inner_;
  const std::string origin_;
  AttachmentStore& store_;
};

}  // namespace

std::unique_ptr<OwnLog> make_attaching_own_log(OwnLog& inner, std::string origin,
                                               AttachmentStore& store) {
  return std::make_unique<AttachingOwnLog>(inner, std::move(origin), store);
}

}  // namespace dure::node
