// SPDX-License-Identifier: Apache-2.0
// What a sealed log holds goes when the log that goes on with it says so and the charter allows it,
// in whichever order the three come.
#include "node/erasing/erasing_fixture.h"

namespace dure::node {
namespace {

constexpr const char* kNext = "suwon.example/dure/2";

class ClaimsTest : public ErasingFixture {
 protected:
  ClaimsTest() {
    next_ = logs_.add_log(kNext);
    open();
  }
  void claim_entry_1() {
    NewEntry base = test_entry(70);
    Leaf leaf = *parse_leaf(base.leaf);
    const std::string body = format_erasure_body("personal-data");
    leaf.type = kEraseSealedType;
    leaf.id = erase_sealed_id({1, 1});
    leaf.commitment = commit(body, base.salt);
    leaf.size = size_bucket(body.size());
    mirrors_->store(next_, {0, {{format_leaf(leaf), base.salt, body}}},
                    [](const Status& stored) { ASSERT_TRUE(stored); });
  }
  void store_sealed_log() {
    ASSERT_TRUE(store({test_mirrored(0), test_mirrored(1), test_mirrored(2)}));
  }
  void allow(bool allowed = true) {
    ASSERT_TRUE(eraser_->settle_claims([&](const Erasure& claim) {
      EXPECT_EQ(claim.origin, kNext);
      EXPECT_EQ(claim.target_origin, kTestOrigin);
      EXPECT_EQ(claim.target, 1U);
      return allowed;
    }));
  }
  void expect_erased() {
    EXPECT_TRUE(eraser_->is_erased(kTestOrigin, 1));
    EXPECT_FALSE(eraser_->is_erased(kNext, 1));
    EXPECT_FALSE(bodies_.has(log_, 1));
    EXPECT_TRUE(bodies_.has(log_, 0));
    ASSERT_TRUE(eraser_->finish());
    const auto note = eraser_->receipt(origin_hash(kNext), 0);
    ASSERT_TRUE(note) << note.error().detail;
    const auto receipt = open_receipt(*note, signer_->verifier());
    ASSERT_TRUE(receipt) << receipt.error().detail;
    EXPECT_EQ(receipt->origin, kNext);
    EXPECT_EQ(receipt->target_origin, kTestOrigin);
    EXPECT_EQ(receipt->target, 1U);
    EXPECT_EQ(receipt->commitment, parse_leaf(test_entry(1).leaf)->commitment);
    EXPECT_FALSE(eraser_->receipt(origin_hash(kTestOrigin), 0));
    EXPECT_FALSE(eraser_->has_claims());
    ASSERT_TRUE(eraser_->of_target(kTestOrigin, 1));
    EXPECT_EQ(eraser_->of_target(kTestOrigin, 1)->reason, "personal-data");
    EXPECT_EQ(eraser_->all(kNext).size(), 1U);
  }
  LogId next_ = 0;
};

TEST_F(ClaimsTest, WaitsForTheCharter) {
  store_sealed_log();
  claim_entry_1();
  EXPECT_TRUE(eraser_->has_claims());
  allow(false);
  EXPECT_FALSE(eraser_->is_erased(kTestOrigin, 1));
  EXPECT_TRUE(bodies_.has(log_, 1));
  EXPECT_FALSE(eraser_->unfinished());
  allow();
  ASSERT_EQ(catalogue_.tombstones.size(), 1U);
  EXPECT_EQ(catalogue_.tombstones[0].item.origin, kTestOrigin);
  expect_erased();
}

TEST_F(ClaimsTest, KeepsOutABodyThatComesLaterAndTellsOnlyThen) {
  claim_entry_1();
  allow();
  EXPECT_TRUE(eraser_->is_erased(kTestOrigin, 1));
  EXPECT_FALSE(eraser_->unfinished()) << "without the leaf there is nothing to tell";
  ASSERT_TRUE(eraser_->finish());
  EXPECT_FALSE(eraser_->receipt(origin_hash(kNext), 0));
  EXPECT_TRUE(eraser_->has_claims());
  store_sealed_log();
  EXPECT_FALSE(logs_.entry(log_, 1)->salt.has_value());
  allow(false);  // what has bound once binds for ever
  expect_erased();
}

TEST_F(ClaimsTest, IsTakenUpAgainAfterAnyStop) {
  store_sealed_log();
  claim_entry_1();
  open();
  EXPECT_TRUE(eraser_->has_claims());
  EXPECT_FALSE(eraser_->is_erased(kTestOrigin, 1));
  allow();
  open();
  bodies_.add(log_, 1);  // a restore brought it back
  open();
  expect_erased();
  open();
  EXPECT_TRUE(eraser_->is_erased(kTestOrigin, 1));
}

TEST_F(ClaimsTest, ANewJournalLearnsOfItFromTheLogs) {
  store_sealed_log();
  claim_entry_1();
  MemoryErasureJournal fresh;
  open(fresh);
  EXPECT_TRUE(eraser_->has_claims());
  allow();
  EXPECT_TRUE(eraser_->is_erased(kTestOrigin, 1));
}

TEST_F(ClaimsTest, AnEarlierProgramsJournalIsSearchedForAndKeepsItsReceipts) {
  store_sealed_log();
  ASSERT_TRUE(store({erase_entry(3, 0)}));
  ASSERT_TRUE(eraser_->finish());
  const auto before = journalled();
  ASSERT_EQ(before.size(), 1U);
  claim_entry_1();
  ASSERT_TRUE(journal_.drop_planned(kNext, 0));  // it did not know what the entry says
  journal_.forget_complete();
  open();
  EXPECT_TRUE(eraser_->has_claims());
  EXPECT_EQ(*eraser_->receipt(origin_hash(kTestOrigin), 3), before[0].receipt);
  EXPECT_FALSE(eraser_->unfinished());
}

TEST_F(ClaimsTest, WhatWasPlannedAndNeverAppendedBindsNothing) {
  store_sealed_log();
  Erasure planned;
  planned.origin = kNext;
  planned.erase_index = 5;
  planned.target_origin = kTestOrigin;
  planned.target = 1;
  ASSERT_TRUE(eraser_->plan({planned}));
  allow();
  EXPECT_FALSE(eraser_->is_erased(kTestOrigin, 1));
  open();
  EXPECT_FALSE(eraser_->has_claims());
  EXPECT_TRUE(journalled().empty());
}

TEST_F(ClaimsTest, AFailedWriteIsMadeGoodLater) {
  store_sealed_log();
  claim_entry_1();
  for (const auto failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    journal_.fail_put.arm(failure);
    EXPECT_FALSE(eraser_->settle_claims([](const Erasure&) { return true; }));
    open();
  }
  allow();
  expect_erased();
}

}  // namespace
}  // namespace dure::node
