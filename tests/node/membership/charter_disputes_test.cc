// SPDX-License-Identifier: Apache-2.0
// Members that follow different texts: what the book takes in meanwhile, and how people end it.
#include <gtest/gtest.h>

#include "federation-protocol/charter_fixture.h"
#include "membership/charter_book.h"
#include "support/memory_charter_store.h"

namespace dure::node {
namespace {

using dure::testing::next_of;
using dure::testing::sign;
using dure::testing::town;

std::string hash_of_text(const SignedCharter& charter) {
  return hex_encode(as_view(charter_hash(charter.note.text)));
}

class CharterDisputesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Charter charter = dure::testing::founding_charter();
    charter.members.push_back(town(3));
    founding_ = sign(charter, {1, 2});
    reopen();
    ASSERT_TRUE(book_->found(founding_));
    one_ = sign(with_town(founding_, 4), {1, 2});
    other_ = sign(with_town(founding_, 5), {2, 3});
  }
  void reopen() {
    auto opened = CharterBook::open(store_, [this] { return now_; });
    ASSERT_TRUE(opened) << opened.error().detail;
    book_ = std::move(*opened);
  }
  static Charter with_town(const SignedCharter& before, int number) {
    Charter next = next_of(before);
    next.members.push_back(town(number));
    return next;
  }
  std::string offer(const SignedCharter& charter) {
    const auto offered = book_->offer(format_signed_charter(charter));
    if (!offered) return offered.error().text;
    return *offered == Offered::kAdopted    ? "adopted"
           : *offered == Offered::kConflict ? "conflict"
           : *offered == Offered::kDraft    ? "draft"
                                            : "known";
  }
  Result<bool> hear(int who, const SignedCharter& text, std::uint64_t index = 0) {
    const std::string origin = "t" + std::to_string(who) + ".example/dure/1";
    LogNotices notices = book_->notices()[origin];
    note_in(notices, {text.charter.version, hash_of_text(text), index});
    notices.read = index + 1;
    return book_->heard(origin, notices);
  }

  MemoryCharterStore store_;
  std::int64_t now_ = 1'795'000'000 + 86'400;
  std::unique_ptr<CharterBook> book_;
  SignedCharter founding_, one_, other_;
};

TEST_F(CharterDisputesTest, AMemberWithAnotherTextFreezesMembership) {
  ASSERT_EQ(offer(one_), "adopted");
  EXPECT_FALSE(*hear(2, one_));
  EXPECT_TRUE(*hear(3, other_)) << "this is what the operator is told, once";
  EXPECT_FALSE(*hear(3, other_));
  ASSERT_EQ(book_->disputes().size(), 1U);
  const auto next = sign(with_town(one_, 6), {1, 2});
  EXPECT_EQ(offer(next), "charter.frozen");
  reopen();
  EXPECT_EQ(book_->disputes().size(), 1U) << "the evidence outlives a restart";
  EXPECT_EQ(offer(next), "charter.frozen");
  EXPECT_EQ(book_->current()->note.text, one_.note.text);
}

TEST_F(CharterDisputesTest, TwoOthersThatDifferFreezeThatVersionOnly) {
  EXPECT_FALSE(*hear(2, one_));
  EXPECT_TRUE(*hear(3, other_));
  EXPECT_EQ(offer(one_), "charter.frozen");
  EXPECT_EQ(offer(other_), "charter.frozen");
  // Further ahead it is no business of this version yet.
  reopen();
  const auto third = sign(with_town(one_, 6), {1, 2});
  const auto fourth = sign(with_town(one_, 7), {1, 2});
  ASSERT_TRUE(book_->decide(hash_of_text(one_)));
  ASSERT_TRUE(hear(2, third, 1));
  ASSERT_TRUE(hear(3, fourth, 1));
  EXPECT_EQ(offer(one_), "adopted");
  EXPECT_EQ(offer(third), "charter.frozen");
}

TEST_F(CharterDisputesTest, NobodyIsHeldUpByAnObserver) {
  Charter next = next_of(founding_);
  next.members[2].status = MemberStatus::kObserver;
  const auto second = sign(next, {1, 2});
  ASSERT_EQ(offer(second), "adopted");
  EXPECT_FALSE(*hear(3, other_));
  EXPECT_EQ(offer(sign(with_town(second, 6), {1, 2})), "adopted");
}

TEST_F(CharterDisputesTest, StewardsTakeOutWhoSaysWhatNobodySigned) {
  ASSERT_EQ(offer(one_), "adopted");
  ASSERT_TRUE(*hear(3, other_));
  Charter next = next_of(one_);
  next.members.erase(next.members.begin() + 2);
  EXPECT_EQ(offer(sign(next, {1})), "draft");
  EXPECT_EQ(offer(sign(next, {3})), "adopted");
  EXPECT_TRUE(book_->disputes().empty());
  EXPECT_EQ(offer(sign(with_town(*book_->current(), 6), {1, 2})), "adopted");
}

TEST_F(CharterDisputesTest, WhoCorrectsItselfEndsIt) {
  ASSERT_EQ(offer(one_), "adopted");
  ASSERT_TRUE(*hear(3, other_, 4));
  EXPECT_FALSE(*hear(3, one_, 5));
  EXPECT_TRUE(book_->disputes().empty());
  EXPECT_EQ(offer(sign(with_town(one_, 6), {1, 2})), "adopted");
}

TEST_F(CharterDisputesTest, DecidingForOursGoesOnWithIt) {
  ASSERT_EQ(offer(one_), "adopted");
  ASSERT_EQ(offer(other_), "conflict");
  ASSERT_TRUE(*hear(3, other_));
  EXPECT_EQ(*book_->decide(hash_of_text(one_)), 2U);
  EXPECT_TRUE(book_->conflicts().empty());
  EXPECT_TRUE(book_->disputes().empty());
  reopen();
  EXPECT_EQ(offer(other_), "known") << "it is kept, and counts no more";
  EXPECT_EQ(offer(sign(with_town(one_, 6), {1, 2})), "adopted");
}

TEST_F(CharterDisputesTest, DecidingForTheOtherTakesItsPlace) {
  ASSERT_EQ(offer(one_), "adopted");
  ASSERT_EQ(offer(sign(with_town(one_, 6), {1, 2})), "adopted");
  ASSERT_EQ(offer(other_), "conflict");
  EXPECT_EQ(*book_->decide(hash_of_text(other_)), 2U);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(book_->size(), 2U) << "what followed the other text went with it";
    EXPECT_EQ(book_->current()->note.text, other_.note.text);
    EXPECT_TRUE(book_->conflicts().empty());
    reopen();
  }
  EXPECT_EQ(offer(one_), "known");
  EXPECT_EQ(offer(sign(with_town(other_, 6), {1, 2})), "adopted");
  EXPECT_EQ(*book_->decide(hash_of_text(one_)), 2U) << "people may change their mind";
  EXPECT_EQ(book_->current()->note.text, one_.note.text);
}

TEST_F(CharterDisputesTest, DecidingForAVersionToComeRefusesTheOther) {
  ASSERT_TRUE(hear(2, one_));
  ASSERT_TRUE(*hear(3, other_));
  EXPECT_EQ(*book_->decide(hash_of_text(other_)), 2U);
  reopen();
  EXPECT_EQ(offer(one_), "charter.decided-otherwise");
  EXPECT_EQ(offer(other_), "adopted");
}

TEST_F(CharterDisputesTest, WhatIsUnknownCannotBeDecidedFor) {
  ASSERT_EQ(offer(one_), "adopted");
  ASSERT_TRUE(*hear(3, other_));
  const auto decided = book_->decide(hash_of_text(other_));
  ASSERT_FALSE(decided) << "nobody has shown that text yet";
  EXPECT_EQ(decided.error().text, "charter.no-such-text");
}

// Each write fails twice: not kept, and kept though it says otherwise.
TEST_F(CharterDisputesTest, AFailedWriteIsRepeatedOrFoundDone) {
  ASSERT_EQ(offer(one_), "adopted");
  store_.fail_next.arm(Failure::kBeforeWrite);
  EXPECT_FALSE(hear(3, other_));
  EXPECT_TRUE(*hear(3, other_));
  ASSERT_EQ(offer(other_), "conflict");
  store_.fail_next.arm(Failure::kBeforeWrite);
  EXPECT_FALSE(book_->decide(hash_of_text(other_)));
  EXPECT_EQ(book_->current()->note.text, one_.note.text);
  store_.fail_next.arm(Failure::kAfterWrite);
  EXPECT_FALSE(book_->decide(hash_of_text(other_)));
  EXPECT_EQ(book_->current()->note.text, one_.note.text) << "until it is known to be kept";
  reopen();
  EXPECT_EQ(book_->current()->note.text, other_.note.text);
  EXPECT_TRUE(book_->conflicts().empty());
}

}  // namespace
}  // namespace dure::node
