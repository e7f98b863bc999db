// SPDX-License-Identifier: Apache-2.0
// The records of a sealed log go on in the one that continues it.
#include "node/publishing/publisher_fixture.h"

namespace dure::node {
namespace {

constexpr const char* kSealed = "suwon.example/dure/0";

class PublisherEarlierTest : public PublisherFixture {
 protected:
  void SetUp() override {
    log_.add_earlier({test_id(1), 3, 70, "service", "s:1", kSealed},
                     {EntryClass::kPublic, body_of_service("옛")});
    log_.add_earlier({test_id(2), 1, 71, "service", "s:2", kSealed},
                     {EntryClass::kMembers, body_of_service("안")});
    log_.add_earlier({test_id(3), 2, 72, "withdraw", "s:3", kSealed},
                     {EntryClass::kPublic, R"({"reason":"끝"})"});
    start();
  }
  static std::string body_of_service(const std::string& text) { return service(text).body; }
};

TEST_F(PublisherEarlierTest, ARevisionTakesTheNextNumber) {
  const auto by_id = publisher().publish(revision(test_id(1), "새"));
  ASSERT_TRUE(by_id) << by_id.error().detail;
  EXPECT_EQ(by_id->rev, 4U);
  EXPECT_EQ(by_id->index, 0U);
  EXPECT_EQ(by_id->size, 1U);
  EXPECT_EQ(by_id->origin, "");
  const auto by_source = publisher().publish(service("더 새", "s:1"));
  ASSERT_TRUE(by_source);
  EXPECT_EQ(by_source->id, test_id(1));
  EXPECT_EQ(by_source->rev, 5U);
  EXPECT_EQ(log_.entries()[1].source, "s:1");
}

TEST_F(PublisherEarlierTest, WhatIsThereAlreadyIsNotPublishedAgain) {
  const auto again = publisher().publish(service("옛", "s:1"));
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_TRUE(again->unchanged);
  EXPECT_EQ(again->origin, kSealed);
  EXPECT_EQ(again->index, 70U) << "of the sealed log, which is longer than this one";
  EXPECT_TRUE(log_.entries().empty());
  // Together with something new, nothing of one is told of the other.
  const auto both = publisher().publish_all({service("옛", "s:1"), service("새", "s:9")});
  ASSERT_TRUE(both[0] && both[1]);
  EXPECT_TRUE(both[0]->unchanged);
  EXPECT_EQ(both[1]->rev, 1U);
  EXPECT_EQ(log_.entries().size(), 1U);
}

TEST_F(PublisherEarlierTest, WithdrawnStaysWithdrawnAndMembersOnlyStaysSo) {
  EXPECT_EQ(publisher().publish(service("새", "s:3")).error().text, "publishing.withdrawn");
  EXPECT_EQ(publisher().withdraw(test_id(3), "끝").error().code, ErrorCode::kGone);
  EXPECT_EQ(publisher().publish(revision(test_id(2), "새")).error().text,
            "publishing.class-members");
  const auto gone = publisher().withdraw(test_id(2), "끝");
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->rev, 2U);
  EXPECT_EQ(parse_leaf(log_.entries()[0].leaf)->entry_class, EntryClass::kMembers);
  EXPECT_EQ(publisher().publish(revision(test_id(2), "새")).error().code, ErrorCode::kGone);
}

TEST_F(PublisherEarlierTest, AGroupSeesWhatItDidItself) {
  auto wanted = revision(test_id(1), "하나");
  wanted.expected_rev = 3;
  auto next = service("둘", "s:1");
  next.expected_rev = 4;
  const auto answers = publisher().publish_all({wanted, next});
  ASSERT_TRUE(answers[0]) << answers[0].error().detail;
  ASSERT_TRUE(answers[1]) << answers[1].error().detail;
  EXPECT_EQ(answers[1]->rev, 5U);
}

TEST_F(PublisherEarlierTest, AsLongAsTheSealedLogIsNotHereNothingIsPublishedTwice) {
  log_.set_earlier_here(false);
  EXPECT_EQ(publisher().publish(service("새", "s:9")).error().text, "publishing.earlier-missing");
  EXPECT_EQ(publisher().publish(revision(test_id(9), "새")).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(publisher().withdraw(test_id(9), "끝").error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(log_.entries().empty());
  EXPECT_TRUE(publisher().publish(service("새"))) << "nothing says that it could exist already";
  auto notice = service("알림", "charter:1");
  notice.of_this_log = true;
  EXPECT_TRUE(publisher().publish(notice));
  log_.set_earlier_here(true);
  EXPECT_EQ(publisher().publish(revision(test_id(9), "새")).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(publisher().publish(service("새", "s:9")));
}

}  // namespace
}  // namespace dure::node
