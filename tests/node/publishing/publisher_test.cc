// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <thread>

#include "node/publishing/publisher_fixture.h"

namespace dure::node {
namespace {

class PublisherTest : public PublisherFixture {
 protected:
  void SetUp() override { start(); }
};

TEST_F(PublisherTest, ReceiptIsCoveredByALockedAndPublishedHead) {
  const auto receipt = publisher().publish(service("하나"));
  ASSERT_TRUE(receipt) << receipt.error().detail;
  EXPECT_EQ(receipt->index, 0U);
  EXPECT_EQ(receipt->rev, 1U);
  EXPECT_EQ(receipt->size, 1U);
  EXPECT_EQ(receipt->state, "local");
  EXPECT_FALSE(receipt->unchanged);
  EXPECT_EQ(locked_size(), 1U);
  EXPECT_EQ(*lock_.head(), *log_.published_head());
}

TEST_F(PublisherTest, TellsOfEachHeadOnceItIsDurableAndPublic) {
  std::vector<std::uint64_t> told;
  on_head_ = [&](const SignedCheckpoint& head) {
    EXPECT_EQ(*lock_.head(), format_note(head.note));
    EXPECT_EQ(*log_.published_head(), format_note(head.note));
    told.push_back(head.checkpoint.size);
  };
  ASSERT_TRUE(publisher().publish(service("하나")));
  publisher_.reset();
  start();
  ASSERT_TRUE(publisher().publish(service("둘")));
  publisher().stop_signing(Error{ErrorCode::kQuarantined, "a twin", "recovery.twin"});
  EXPECT_FALSE(publisher().publish(service("셋")));
  publisher_.reset();
  EXPECT_EQ(told, (std::vector<std::uint64_t>{1, 2})) << "the found one first, then each new one";
}

TEST_F(PublisherTest, LeafCommitsToTheExactBody) {
  const Submission submission = service("하나");
  const auto receipt = *publisher().publish(submission);
  const auto entry = log_.entries().at(0);
  const auto leaf = parse_leaf(entry.leaf);
  ASSERT_TRUE(leaf) << leaf.error().detail;
  EXPECT_EQ(entry.body, submission.body);
  EXPECT_TRUE(check_commitment(submission.body, entry.salt, leaf->commitment));
  EXPECT_EQ(leaf->id, receipt.id);
  EXPECT_EQ(leaf->time, "2026-11-22T09:00:00Z");
  EXPECT_EQ(leaf->size, 1024U);
}

TEST_F(PublisherTest, SaltsAndIdsDiffer) {
  const auto first = *publisher().publish(service("같은 글"));
  const auto second = *publisher().publish(service("같은 글"));
  EXPECT_NE(first.id, second.id);
  EXPECT_NE(log_.entries()[0].salt, log_.entries()[1].salt);
}

TEST_F(PublisherTest, RevisionsKeepTheIdAndCountUp) {
  const auto first = *publisher().publish(service("하나"));
  const auto second = *publisher().publish(revision(first.id, "둘"));
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.rev, 2U);
  EXPECT_EQ(parse_leaf(log_.entries()[1].leaf)->rev, 2U);
}

TEST_F(PublisherTest, RefusesWhatBreaksTheRulesOfRevisions) {
  const auto first = *publisher().publish(service("하나"));
  EXPECT_EQ(publisher().publish(revision(test_id(1), "둘")).error().code, ErrorCode::kNotFound);
  Submission other_type = revision(first.id, "둘");
  other_type.type = "practice";
  EXPECT_EQ(publisher().publish(other_type).error().code, ErrorCode::kConflict);
  Submission stale = revision(first.id, "둘");
  stale.expected_rev = 4;
  EXPECT_EQ(publisher().publish(stale).error().code, ErrorCode::kConflict);
  stale.expected_rev = 1;
  EXPECT_TRUE(publisher().publish(stale));
  EXPECT_EQ(publisher().publish(stale).error().code, ErrorCode::kConflict);
  EXPECT_EQ(log_.size(), 2U);
}

TEST_F(PublisherTest, RefusesMalformedSubmissions) {
  Submission type = service("x");
  type.type = "Service!";
  EXPECT_EQ(publisher().publish(type).error().code, ErrorCode::kInvalid);
  Submission large = service("x");
  large.body.assign(kMaxBodyBytes + 1, 'x');
  EXPECT_EQ(publisher().publish(large).error().code, ErrorCode::kTooLarge);
  large.body.pop_back();
  EXPECT_TRUE(publisher().publish(large));
  Submission text = service("x");
  text.body = "\xff";
  EXPECT_EQ(publisher().publish(text).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(publisher().publish(revision("short", "x")).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(log_.size(), 1U);
}

TEST_F(PublisherTest, AWithdrawnRecordTakesNoRevision) {
  const auto first = *publisher().publish(service("하나", "gov24:1"));
  const auto withdrawn = publisher().withdraw(first.id, "폐지");
  ASSERT_TRUE(withdrawn) << withdrawn.error().detail;
  EXPECT_EQ(withdrawn->rev, 2U);
  EXPECT_EQ(log_.entries()[1].body, R"({"reason":"폐지"})");
  EXPECT_EQ(parse_leaf(log_.entries()[1].leaf)->type, "withdraw");
  EXPECT_EQ(publisher().publish(revision(first.id, "둘")).error().code, ErrorCode::kGone);
  EXPECT_EQ(publisher().withdraw(first.id, "again").error().code, ErrorCode::kGone);
  EXPECT_EQ(publisher().publish(service("하나", "gov24:1")).error().code, ErrorCode::kGone);
  EXPECT_EQ(publisher().withdraw(test_id(5), "none").error().code, ErrorCode::kNotFound);
}

TEST_F(PublisherTest, ImportsAreIdempotent) {
  const auto first = *publisher().publish(service("하나", "gov24:1"));
  const auto again = *publisher().publish(service("하나", "gov24:1"));
  EXPECT_TRUE(again.unchanged);
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(again.index, first.index);
  EXPECT_EQ(again.size, 1U);
  EXPECT_EQ(log_.size(), 1U);
  const auto changed = *publisher().publish(service("둘", "gov24:1"));
  EXPECT_FALSE(changed.unchanged);
  EXPECT_EQ(changed.id, first.id);
  EXPECT_EQ(changed.rev, 2U);
}

TEST_F(PublisherTest, ASourceBelongsToOneRecord) {
  const auto first = *publisher().publish(service("하나", "gov24:1"));
  const auto second = *publisher().publish(service("둘"));
  Submission taken = revision(second.id, "셋");
  taken.source = "gov24:1";
  EXPECT_EQ(publisher().publish(taken).error().code, ErrorCode::kConflict);
  // A revision by hand keeps the source.
  ASSERT_TRUE(publisher().publish(revision(first.id, "넷")));
  EXPECT_EQ(publisher().publish(service("다섯", "gov24:1"))->rev, 3U);
}

TEST_F(PublisherTest, AGroupIsConsecutiveAndSharesOneAppend) {
  std::vector<Submission> group;
  for (int i = 0; i < 300; ++i)
    group.push_back(service(std::to_string(i), "s:" + std::to_string(i)));
  const auto before = log_.appends();
  const auto receipts = publisher().publish_all(group);
  ASSERT_EQ(receipts.size(), 300U);
  for (std::size_t i = 0; i < receipts.size(); ++i) EXPECT_EQ(receipts[i]->index, i);
  EXPECT_EQ(log_.appends(), before + 1);
  for (const auto& receipt : publisher().publish_all(group)) EXPECT_TRUE(receipt->unchanged);
  EXPECT_EQ(log_.size(), 300U);
}

TEST_F(PublisherTest, AGroupSeesItsOwnEarlierEntries) {
  const auto receipts = publisher().publish_all(std::vector<Submission>{
      service("a", "s:1"), service("a", "s:1"), service("b", "s:1"), service("b", "s:1")});
  ASSERT_TRUE(receipts[3]);
  EXPECT_TRUE(receipts[1]->unchanged);
  EXPECT_EQ(receipts[2]->rev, 2U);
  EXPECT_TRUE(receipts[3]->unchanged);
  EXPECT_EQ(log_.size(), 2U);
}

TEST_F(PublisherTest, ARefusedEntryRefusesItsGroupOnly) {
  const auto first = *publisher().publish(service("old", "s:0"));
  const auto receipts = publisher().publish_all(std::vector<Submission>{
      service("new", "s:0"), service("b", "s:2"), revision(test_id(77), "c")});
  EXPECT_EQ(receipts[0].error().code, ErrorCode::kRefused);
  EXPECT_EQ(receipts[1].error().text, "publishing.group-refused");
  EXPECT_EQ(receipts[2].error().code, ErrorCode::kNotFound);
  EXPECT_EQ(log_.size(), 1U);
  EXPECT_EQ(publisher().publish(service("next", "s:0"))->rev, 2U);
  EXPECT_TRUE(publisher().publish_all({}).empty());
}

TEST_F(PublisherTest, RefusesGroupsThatAreTooLarge) {
  const std::vector<Submission> group(kMaxGroupEntries + 1, service("x"));
  EXPECT_EQ(publisher().publish_all(group).front().error().code, ErrorCode::kTooLarge);
}

TEST_F(PublisherTest, ManyPublishersShareAppendsAndGetDistinctPlaces) {
  constexpr int kPublishers = 64;
  constexpr int kEach = 20;
  std::mutex mutex;
  std::set<std::uint64_t> indexes;
  std::vector<std::thread> threads;
  for (int p = 0; p < kPublishers; ++p) {
    threads.emplace_back([&, p] {
      for (int i = 0; i < kEach; ++i) {
        const auto receipt =
            publisher().publish(service(std::to_string(p) + "/" + std::to_string(i)));
        ASSERT_TRUE(receipt);
        ASSERT_LT(receipt->index, receipt->size);
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(indexes.insert(receipt->index).second);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(indexes.size(), std::size_t{kPublishers * kEach});
  EXPECT_EQ(log_.size(), std::uint64_t{kPublishers * kEach});
  EXPECT_LT(log_.appends(), std::size_t{kPublishers * kEach});
  expect_one_history();
}

TEST_F(PublisherTest, WorksInTheCallersThreadIfItShall) {
  publisher_.reset();
  const std::vector<VerifierKey> keys{signer_->verifier()};
  auto recovered = *recover({kTestOrigin, keys, {}}, log_, lock_, log_.nodes());
  auto ports = this->ports();
  const auto caller = std::this_thread::get_id();
  ports.in_callers_thread = true;
  ports.random = [caller, random = ports.random](std::span<std::uint8_t> out) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    random(out);
  };
  auto quarantined = recovered;
  quarantined.quarantine = Error{ErrorCode::kQuarantined, "not yet"};
  publisher_ = Publisher::start(ports, quarantined);
  EXPECT_EQ(publisher().publish(service("x")).error().code, ErrorCode::kQuarantined);
  publisher().resume(recovered);
  const auto receipt = publisher().publish(service("x"));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->size, 1U);
  EXPECT_EQ(locked_size(), 1U);
  expect_one_history();
}

TEST_F(PublisherTest, FinishesWhatWasAcceptedWhenItCloses) {
  std::vector<std::thread> threads;
  std::atomic<std::uint64_t> acknowledged{0};
  for (int p = 0; p < 8; ++p) {
    threads.emplace_back([&] {
      if (publisher().publish(service("x"))) ++acknowledged;
    });
  }
  for (auto& thread : threads) thread.join();
  publisher_.reset();
  EXPECT_EQ(acknowledged, 8U);
  EXPECT_EQ(locked_size(), log_.size());
}

}  // namespace
}  // namespace dure::node
