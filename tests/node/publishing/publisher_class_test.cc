// SPDX-License-Identifier: Apache-2.0
// Who may read a record: said once, and never changed by a slip.
#include <array>

#include "dure/erasure.h"
#include "node/publishing/publisher_fixture.h"

namespace dure::node {
namespace {

class PublisherClassTest : public PublisherFixture {
 protected:
  void SetUp() override { start(); }
  static Submission members_only(Submission submission) {
    submission.entry_class = EntryClass::kMembers;
    return submission;
  }
  EntryClass class_at(std::uint64_t index) {
    return parse_leaf(log_.entries()[index].leaf)->entry_class;
  }
};

TEST_F(PublisherClassTest, TheLeafSaysIt) {
  const auto open_one = publisher().publish(service("가"));
  const auto closed = publisher().publish(members_only(service("나")));
  ASSERT_TRUE(open_one && closed);
  EXPECT_EQ(class_at(open_one->index), EntryClass::kPublic);
  EXPECT_EQ(class_at(closed->index), EntryClass::kMembers);
}

TEST_F(PublisherClassTest, ARecordKeepsItInBothDirections) {
  const auto open_one = publisher().publish(service("가"));
  const auto closed = publisher().publish(members_only(service("나")));
  ASSERT_TRUE(open_one && closed);
  EXPECT_EQ(publisher().publish(revision(closed->id, "다")).error().text,
            "publishing.class-members");
  EXPECT_EQ(publisher().publish(members_only(revision(open_one->id, "다"))).error().text,
            "publishing.class-public");
  EXPECT_EQ(log_.entries().size(), 2U);
  EXPECT_TRUE(publisher().publish(members_only(revision(closed->id, "다"))));
  EXPECT_TRUE(publisher().publish(revision(open_one->id, "라")));
}

TEST_F(PublisherClassTest, AlsoWithinOneGroup) {
  auto first = members_only(service("가", "s:1"));
  auto second = service("나", "s:1");
  const auto answers = publisher().publish_all({first, second});
  EXPECT_EQ(answers[1].error().text, "publishing.class-members");
  EXPECT_TRUE(log_.entries().empty());
}

TEST_F(PublisherClassTest, AWithdrawalTakesOverItsRecords) {
  const auto open_one = publisher().publish(service("가"));
  const auto closed = publisher().publish(members_only(service("나")));
  const auto one = publisher().withdraw(closed->id, "까닭");
  const auto other = publisher().withdraw(open_one->id, "까닭");
  ASSERT_TRUE(one && other);
  EXPECT_EQ(class_at(one->index), EntryClass::kMembers) << "its reason is free text";
  EXPECT_EQ(class_at(other->index), EntryClass::kPublic);
}

TEST_F(PublisherClassTest, AnEraseEntryIsPublic) {
  ASSERT_TRUE(publisher().publish(members_only(service("가"))));
  const auto erased = publisher().erase(std::array<std::uint64_t, 1>{0}, {}, "mistake");
  ASSERT_TRUE(erased[0]);
  EXPECT_EQ(class_at(erased[0]->index), EntryClass::kPublic);
  Submission wrong;
  wrong.type = "erase";
  wrong.body = format_erasure_body("mistake");
  wrong.target = 0;
  EXPECT_EQ(publisher().publish(members_only(wrong)).error().text, "publishing.erase-not-so");
}

}  // namespace
}  // namespace dure::node
