// SPDX-License-Identifier: Apache-2.0
// What is written down when, and that every interruption is made good at the next start.
#include "erasing/eraser.h"

#include "node/erasing/erasing_fixture.h"

namespace dure::node {
namespace {

class EraserTest : public ErasingFixture {
 protected:
  EraserTest() {
    open();
    EXPECT_TRUE(store({test_mirrored(0), test_mirrored(1), test_mirrored(2)}));
  }
};

TEST_F(EraserTest, FollowsAndFinishesWithAReceipt) {
  ASSERT_TRUE(store({erase_entry(3, 1)}));
  EXPECT_TRUE(bodies_.has(log_, 0));
  EXPECT_FALSE(bodies_.has(log_, 1)) << "withheld at once";
  EXPECT_TRUE(eraser_->is_erased(kTestOrigin, 1));
  EXPECT_TRUE(eraser_->unfinished());
  ASSERT_EQ(catalogue_.tombstones.size(), 1U);
  EXPECT_TRUE(catalogue_.tombstones[0].item.withdrawn);
  EXPECT_TRUE(catalogue_.tombstones[0].item.title.empty());
  EXPECT_FALSE(eraser_->receipt(origin_hash(kTestOrigin), 3)) << "not before the files are swept";

  ASSERT_TRUE(eraser_->finish());
  EXPECT_TRUE(bodies_.swept());
  EXPECT_EQ(bodies_.last_sweep(), Sweep::kSearch);
  EXPECT_EQ(catalogue_.sweeps, 1);
  EXPECT_FALSE(eraser_->unfinished());
  const auto note = eraser_->receipt(origin_hash(kTestOrigin), 3);
  ASSERT_TRUE(note) << note.error().detail;
  const auto receipt = open_receipt(*note, signer_->verifier());
  ASSERT_TRUE(receipt) << receipt.error().detail;
  EXPECT_EQ(receipt->target, 1U);
  EXPECT_EQ(receipt->commitment, parse_leaf(test_entry(1).leaf)->commitment);
  EXPECT_FALSE(eraser_->receipt(origin_hash(kTestOrigin), 1));
  EXPECT_FALSE(eraser_->receipt("no such hash", 3));
  ASSERT_TRUE(eraser_->finish());
  EXPECT_EQ(catalogue_.sweeps, 1) << "nothing left to do";
}

TEST_F(EraserTest, FilesGoBeforeBodiesAndReceiptsComeAfterBoth) {
  const auto file = std::string(kTestOrigin) + " 1";
  files_can_go_ = false;
  EXPECT_FALSE(store({erase_entry(3, 1)}));
  EXPECT_TRUE(bodies_.has(log_, 1)) << "it tells which files are to go";
  EXPECT_FALSE(eraser_->finish());
  EXPECT_FALSE(eraser_->receipt(origin_hash(kTestOrigin), 3));
  files_can_go_ = true;
  ASSERT_TRUE(eraser_->finish());
  EXPECT_TRUE(files_erased_.contains(file));
  EXPECT_FALSE(bodies_.has(log_, 1));
}

TEST_F(EraserTest, WhatARestoreBroughtBackGoesAtTheNextStart) {
  ASSERT_TRUE(store({erase_entry(3, 1)}));
  ASSERT_TRUE(eraser_->finish());
  files_erased_.clear();
  open();
  EXPECT_TRUE(files_erased_.contains(std::string(kTestOrigin) + " 1"));
}

/// The journal has the erase entry of one history of a forked log; the log went on with the other.
TEST_F(EraserTest, TheOtherHistorysEraseEntryAtTheSamePlaceIsFollowed) {
  Erasure other;
  other.origin = kTestOrigin;
  other.erase_index = 3;
  other.target = 0;
  other.commitment = parse_leaf(test_entry(0).leaf)->commitment;
  ASSERT_TRUE(eraser_->follow({other}));
  ASSERT_TRUE(eraser_->finish());
  ASSERT_TRUE(store({erase_entry(3, 1)}));
  EXPECT_FALSE(bodies_.has(log_, 1));
  EXPECT_TRUE(eraser_->is_erased(kTestOrigin, 1));
  EXPECT_FALSE(eraser_->is_erased(kTestOrigin, 0)) << "this history does not erase it";
  ASSERT_TRUE(eraser_->finish());
  const auto note = eraser_->receipt(origin_hash(kTestOrigin), 3);
  ASSERT_TRUE(note);
  EXPECT_EQ(open_receipt(*note, signer_->verifier())->target, 1U);
}

TEST_F(EraserTest, TheJournalComesBeforeTheBodies) {
  for (const auto failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    journal_.fail_put.arm(failure);
    EXPECT_FALSE(store({erase_entry(3, 1)}));
    EXPECT_EQ(*logs_.stored(log_), 3U) << "the erase entry waits for the journal";
  }
  EXPECT_TRUE(bodies_.has(log_, 1)) << "no body goes before it is written down";
  open();  // the second failure had kept the line
  EXPECT_FALSE(bodies_.has(log_, 1));
  EXPECT_TRUE(store({erase_entry(3, 1)}));
}

TEST_F(EraserTest, EveryFailedWriteIsMadeGoodLater) {
  FailNext* const writes[] = {&bodies_.fail_erase,    &catalogue_.fail_erase, &bodies_.fail_sweep,
                              &catalogue_.fail_sweep, &journal_.fail_mark,    &journal_.fail_put};
  std::uint64_t number = 3;
  for (FailNext* write : writes) {
    for (const auto failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
      for (const bool restart : {false, true}) {
        ASSERT_TRUE(store({test_mirrored(number)}));
        const auto target = number++;
        write->arm(failure, write == &journal_.fail_put ? 1 : 0);
        auto status = store({erase_entry(number, target)});
        const auto entry = number;
        if (status) {
          status = eraser_->finish();
          ++number;
        }
        ASSERT_FALSE(status) << "the failure is told";
        ASSERT_FALSE(write->armed());
        if (restart) open();
        if (*logs_.stored(log_) == entry) {
          ASSERT_TRUE(store({erase_entry(entry, target)})) << "pulled again";
          ++number;
        }
        ASSERT_TRUE(eraser_->finish());
        EXPECT_FALSE(bodies_.has(log_, target));
        EXPECT_TRUE(bodies_.swept());
        EXPECT_TRUE(eraser_->receipt(origin_hash(kTestOrigin), entry));
      }
    }
  }
}

TEST_F(EraserTest, AStartFinishesWhatAnotherBegan) {
  ASSERT_TRUE(store({erase_entry(3, 1)}));
  open();
  EXPECT_FALSE(eraser_->unfinished());
  EXPECT_EQ(bodies_.last_sweep(), Sweep::kRewrite) << "what was taken is not known any more";
  EXPECT_TRUE(eraser_->receipt(origin_hash(kTestOrigin), 3));
  const int sweeps = catalogue_.sweeps;
  open();
  EXPECT_EQ(catalogue_.sweeps, sweeps) << "an ordinary start rewrites nothing";
}

TEST_F(EraserTest, ARestoredDatabaseIsErasedAgainBeforeAnythingIsServed) {
  ASSERT_TRUE(store({erase_entry(3, 1)}));
  ASSERT_TRUE(eraser_->finish());
  bodies_.add(log_, 1);
  open();
  EXPECT_FALSE(bodies_.has(log_, 1));
  EXPECT_TRUE(bodies_.swept());
}

TEST_F(EraserTest, AnOlderOrNewCatalogueFileIsSweptAgain) {
  ASSERT_TRUE(store({erase_entry(3, 1)}));
  ASSERT_TRUE(eraser_->finish());
  const auto swept = catalogue_.file;
  catalogue_.file.version = swept.version - 1;
  open();
  EXPECT_EQ(catalogue_.sweeps, 2);
  catalogue_.file.version = swept.version + 5;
  open();
  EXPECT_EQ(catalogue_.sweeps, 2) << "it has only grown";
  catalogue_.file.epoch += 1;
  open();
  EXPECT_EQ(catalogue_.sweeps, 3);
}

TEST_F(EraserTest, ANewJournalLearnsFromTheLogs) {
  bool stored = false;
  logs_.store(log_, {3, {erase_entry(3, 1), erase_entry(4, 4), erase_entry(5, 9)}},
              [&](const Status& status) { stored = status.has_value(); });
  ASSERT_TRUE(stored);
  MemoryErasureJournal fresh;
  open(fresh);
  const auto learned = *fresh.erasures();
  ASSERT_EQ(learned.size(), 1U) << "only the first one binds";
  EXPECT_EQ(learned[0].reason, "personal-data");
  EXPECT_FALSE(bodies_.has(log_, 1));
}

TEST_F(EraserTest, APlanBindsOnlyIfItsEntryStandsInTheLog) {
  Erasure planned;
  planned.origin = kTestOrigin;
  planned.erase_index = 3;
  planned.target = 1;
  ASSERT_TRUE(eraser_->plan({planned}));
  EXPECT_FALSE(eraser_->is_erased(kTestOrigin, 1)) << "not yet";
  EXPECT_TRUE(eraser_->all().empty());
  open();
  EXPECT_TRUE(journalled().empty()) << "it was never appended";
  EXPECT_TRUE(bodies_.has(log_, 1));

  ASSERT_TRUE(eraser_->plan({planned}));
  logs_.store(log_, {3, {erase_entry(3, 1)}}, [](const Status&) {});
  open();
  EXPECT_TRUE(eraser_->is_erased(kTestOrigin, 1)) << "it was, only nobody was told";
  EXPECT_FALSE(bodies_.has(log_, 1));

  planned.erase_index = 4;
  planned.target = 2;
  ASSERT_TRUE(eraser_->plan({planned}));
  logs_.store(log_, {4, {test_mirrored(4)}}, [](const Status&) {});
  open();
  EXPECT_FALSE(eraser_->is_erased(kTestOrigin, 2)) << "something else stands there";
}

}  // namespace
}  // namespace dure::node
