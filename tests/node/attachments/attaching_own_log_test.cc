// SPDX-License-Identifier: Apache-2.0
#include "attachments/attaching_own_log.h"

#include <gtest/gtest.h>

#include "attachment_fixture.h"
#include "dure/entry.h"

namespace dure::node::testing {
namespace {

/// Fails when it is told to, before or after it kept what it was given.
class FakeOwnLog final : public OwnLog {
 public:
  enum class Failure { kNone, kBefore, kAfter };
  std::uint64_t size() override { return size_; }
  Result<CompactRange> range() override { return CompactRange(); }
  Status append(std::uint64_t, std::span<const NewEntry> entries) override {
    if (on_append) on_append();
    if (failure != Failure::kBefore) size_ += entries.size();
    if (failure != Failure::kNone) return Error{ErrorCode::kStorage, "disk"};
    return ok();
  }
  Result<std::optional<OwnRecord>> find_by_id(std::string_view) override {
    return std::optional<OwnRecord>();
  }
  Result<std::optional<OwnRecord>> find_by_source(std::string_view) override {
    return std::optional<OwnRecord>();
  }
  Result<EntryClass> entry_class(std::uint64_t) override { return EntryClass::kPublic; }
  Result<std::optional<std::string>> body(std::uint64_t) override {
    return std::optional<std::string>();
  }
  Status publish_head(const SignedCheckpoint&) override { return ok(); }
  Result<std::optional<std::string>> published_head() override {
    return std::optional<std::string>();
  }

  Failure failure = Failure::kNone;
  std::function<void()> on_append;

 private:
  std::uint64_t size_ = 0;
};

class AttachingOwnLogTest : public AttachmentFolderTest {
 protected:
  AttachingOwnLogTest() : store_(open()), log_(make_attaching_own_log(inner_, kOwn, *store_)) {}

  static NewEntry entry_with(const Hash& commitment, EntryClass entry_class = EntryClass::kPublic) {
    Leaf leaf;
    leaf.type = "service";
    leaf.id = base32_encode(std::string(16, 'i'));
    leaf.time = "2026-11-28T00:00:00Z";
    leaf.entry_class = entry_class;
    NewEntry entry;
    entry.leaf = format_leaf(leaf);
    entry.body = R"({"attachments":[{"name":"a","mediaType":"a/b","size":4,"commit":")" +
                 base64_encode(as_view(commitment)) + "\"}]}";
    return entry;
  }

  std::unique_ptr<AttachmentStore> store_;
  FakeOwnLog inner_;
  std::unique_ptr<OwnLog> log_;
};

TEST_F(AttachingOwnLogTest, TheReferenceIsOnDiskBeforeTheEntryIs) {
  const auto commitment = upload(*store_, "plan");
  bool referred = false;
  inner_.on_append = [&] {
    const auto another = open_attachment_files(options());  // what is on disk now
    referred = another && (*another)->find(commitment)->owner == AttachmentOwner{kOwn, 5};
  };
  const std::array entries = {entry_with(commitment)};
  ASSERT_TRUE(log_->append(5, entries));
  EXPECT_TRUE(referred);
}

TEST_F(AttachingOwnLogTest, AppendsNothingIfTheReferenceCannotBeKept) {
  const auto commitment = upload(*store_, "plan");
  syncs_until_failure_ = 0;
  const std::array entries = {entry_with(commitment)};
  EXPECT_EQ(log_->append(5, entries).error().code, ErrorCode::kStorage);
  EXPECT_EQ(inner_.size(), 0U);
}

TEST_F(AttachingOwnLogTest, AfterAnAppendOfUnknownOutcomeTheFileIsKept) {
  for (const auto failure : {FakeOwnLog::Failure::kBefore, FakeOwnLog::Failure::kAfter}) {
    const auto commitment = upload(*store_, "plan");
    inner_.failure = failure;
    const std::array entries = {entry_with(commitment)};
    EXPECT_FALSE(log_->append(5, entries));
    const auto again = open();
    again->drop_unused(0);
    EXPECT_TRUE(again->find(commitment));
  }
}

TEST_F(AttachingOwnLogTest, AnEntryForMembersHasNone) {
  const auto commitment = upload(*store_, "plan");
  const std::array entries = {entry_with(commitment, EntryClass::kMembers)};
  ASSERT_TRUE(log_->append(0, entries));
  EXPECT_FALSE(store_->find(commitment)->owner) << "nobody holds on to it";
}

TEST_F(AttachingOwnLogTest, AHealedEntryComesBeforeItsFile) {
  const std::array entries = {entry_with(commit(list_of("elsewhere")))};
  EXPECT_TRUE(log_->append(0, entries));
}

}  // namespace
}  // namespace dure::node::testing
