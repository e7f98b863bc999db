// SPDX-License-Identifier: Apache-2.0
// A witness never cosigns two stories, whatever is asked, in whatever order, and whatever fails.
#include "witnessing/witness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "support/growing_log.h"
#include "support/memory_witnessed_heads.h"

namespace dure::node {
namespace {

std::unique_ptr<Signer> witness_signer() {
  Secret<32> secret;
  std::fill(secret.data(), secret.data() + 32, std::uint8_t{9});
  return std::move(
      *make_ed25519_signer("andong.example/dure/witness", KeyType::kCosignatureV1, secret));
}

class WitnessTest : public testing::Test {
 protected:
  WitnessTest() {
    log_.grow(30);
    open();
  }
  void open() {
    witness_ = std::move(*Witness::open({&heads_, signer_.get(), [this] { return now_.load(); }}));
    witness_->set_logs({{log_.origin(), {log_.key()}}});
  }
  Result<Witness::Outcome> ask(std::uint64_t from, std::uint64_t to) {
    return witness_->add_checkpoint(log_.body(from, to));
  }
  ErrorCode refusal(const std::string& body) {
    const auto outcome = witness_->add_checkpoint(body);
    return outcome ? ErrorCode::kInternal : outcome.error().code;
  }
  /// The size that the witness names to somebody who is wrong about it.
  std::uint64_t size_at_witness() {
    const auto outcome = ask(29, 30);
    EXPECT_TRUE(outcome && outcome->signature_line.empty());
    return outcome ? outcome->size : 999;
  }
  /// The time of a cosignature of the head of this size; 0 if it does not verify.
  std::uint64_t time_of(const Witness::Outcome& outcome, std::uint64_t size) {
    const auto note = parse_note(format_note(log_.sign(log_.head(size))) + outcome.signature_line);
    if (!note || note->signatures.size() != 2) return 0;
    const auto time = verify_cosignature(note->text, note->signatures[1], signer_->verifier());
    return time ? *time : 0;
  }

  GrowingLog log_;
  MemoryWitnessedHeads heads_;
  std::unique_ptr<Signer> signer_ = witness_signer();
  std::atomic<std::int64_t> now_{1'800'000'000};
  std::unique_ptr<Witness> witness_;
};

TEST_F(WitnessTest, CosignsWhatGrows) {
  const auto first = ask(0, 5);
  ASSERT_TRUE(first) << first.error().detail;
  EXPECT_EQ(time_of(*first, 5), 1'800'000'000U);
  const auto next = ask(5, 9);
  ASSERT_TRUE(next);
  EXPECT_GT(time_of(*next, 9), 0U);
  EXPECT_EQ(next->size, 9U);
}

TEST_F(WitnessTest, HandsOnHeadsThatDoNotFitButNotWhatItKnows) {
  std::vector<std::pair<std::string, std::string>> misfits;
  witness_ = std::move(*Witness::open(
      {&heads_, signer_.get(), [this] { return now_.load(); },
       [&](const std::string& note, const std::string& recorded, const std::string& origin) {
         EXPECT_EQ(origin, log_.origin());
         misfits.emplace_back(note, recorded);
       }}));
  witness_->set_logs({{log_.origin(), {log_.key()}}});
  ASSERT_TRUE(ask(0, 5));
  ASSERT_TRUE(ask(5, 9));
  ASSERT_TRUE(ask(9, 9));  // a heartbeat
  ASSERT_TRUE(ask(4, 9));  // the head that it has, with a wrong old size
  std::string forged = log_.body(9, 12);
  forged[forged.size() - 5] = forged[forged.size() - 5] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(witness_->add_checkpoint(forged));
  EXPECT_TRUE(misfits.empty());
  log_.cut(7);
  log_.grow(30, "another story ");
  EXPECT_EQ(refusal(log_.body(9, 12)), ErrorCode::kBadProof);
  ASSERT_TRUE(ask(3, 9));  // 409, and yet evidence
  ASSERT_EQ(misfits.size(), 2U);
  EXPECT_EQ(misfits[0].first, format_note(log_.sign(log_.head(12))));
  EXPECT_EQ(misfits[1].first, format_note(log_.sign(log_.head(9))));
  EXPECT_EQ(misfits[0].second, *witness_->checkpoint(origin_hash(log_.origin())));
}

TEST_F(WitnessTest, TellsItsSizeToWhoeverIsWrongAboutIt) {
  ASSERT_TRUE(ask(0, 5));
  for (const std::uint64_t from : {0U, 4U, 6U}) {
    const auto outcome = ask(from, 30);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->signature_line, "");
    EXPECT_EQ(outcome->size, 5U);
  }
}

TEST_F(WitnessTest, RefusesStrangersAndForgers) {
  GrowingLog stranger("osan.example/dure/1");
  stranger.grow(3);
  EXPECT_EQ(refusal(stranger.body(0, 3)), ErrorCode::kNotFound);
  GrowingLog forger(log_.origin(), 8);
  forger.grow(3);
  EXPECT_EQ(refusal(forger.body(0, 3)), ErrorCode::kUnknownKey);
  AddCheckpoint request = log_.request(0, 3);
  request.note.signatures[0].blob[9] = static_cast<char>(request.note.signatures[0].blob[9] ^ 4);
  EXPECT_EQ(refusal(format_add_checkpoint(request)), ErrorCode::kBadSignature);
  EXPECT_TRUE(heads_.all()->empty());
}

TEST_F(WitnessTest, RefusesAnotherStory) {
  ASSERT_TRUE(ask(0, 10));
  log_.cut(8);
  log_.grow(30, "b");
  EXPECT_EQ(refusal(log_.body(10, 20)), ErrorCode::kBadProof);
  EXPECT_EQ(refusal(log_.body(10, 10)), ErrorCode::kBadProof);
  EXPECT_EQ(size_at_witness(), 10U);
}

TEST_F(WitnessTest, SaysTheSameAgainWithANewTimeThatNeverGoesBack) {
  ASSERT_TRUE(ask(0, 5));
  now_ += 900;
  EXPECT_EQ(time_of(*ask(5, 5), 5), 1'800'000'900U);
  now_ -= 500;
  EXPECT_EQ(time_of(*ask(5, 6), 6), 1'800'000'900U);
  now_ = -5;
  open();
  EXPECT_EQ(time_of(*ask(6, 6), 6), 1'800'000'900U);
}

TEST_F(WitnessTest, ShowsTheNewestHeadWithBothSignaturesAndNoOthers) {
  const std::string hash = origin_hash(log_.origin());
  EXPECT_EQ(witness_->checkpoint(hash).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(ask(0, 4));
  // A line under the witness's own name must not be kept.
  AddCheckpoint request = log_.request(4, 5);
  request.note.signatures.push_back(
      {signer_->verifier().name(), signer_->verifier().id(), std::string(72, 'x')});
  ASSERT_TRUE(witness_->add_checkpoint(format_add_checkpoint(request)));
  for (int reopened = 0; reopened < 2; ++reopened) {
    const auto note = parse_note(*witness_->checkpoint(hash));
    ASSERT_TRUE(note);
    const std::vector keys = {log_.key(), signer_->verifier()};
    EXPECT_EQ(note->signatures.size(), 2U);
    EXPECT_EQ(verify_note(*note, keys)->size(), 2U);
    EXPECT_EQ(parse_checkpoint(note->text)->size, 5U);
    open();
  }
}

TEST_F(WitnessTest, ForgetsNothingAboutALogThatItDoesNotWitnessForAWhile) {
  ASSERT_TRUE(ask(0, 5));
  witness_->set_logs({});
  EXPECT_EQ(refusal(log_.body(5, 6)), ErrorCode::kNotFound);
  witness_->set_logs({{log_.origin(), {log_.key()}}});
  EXPECT_EQ(size_at_witness(), 5U);
}

TEST_F(WitnessTest, AFailedWriteLeavesOneTruth) {
  ASSERT_TRUE(ask(0, 5));
  heads_.fail_next.arm(Failure::kBeforeWrite);
  EXPECT_EQ(ask(5, 6).error().code, ErrorCode::kStorage);
  EXPECT_EQ(size_at_witness(), 5U);
  heads_.fail_next.arm(Failure::kAfterWrite);
  EXPECT_EQ(ask(5, 7).error().code, ErrorCode::kStorage);
  // It was kept: what was not answered still binds.
  EXPECT_EQ(size_at_witness(), 7U);
  log_.cut(5);
  log_.grow(30, "b");
  EXPECT_EQ(refusal(log_.body(7, 9)), ErrorCode::kBadProof);
}

TEST_F(WitnessTest, OfManyStoriesToldAtOnceOneIsCosigned) {
  for (std::uint64_t from = 0; from < 20; ++from) {
    const std::string origin = "town" + std::to_string(from) + ".example/dure/1";
    GrowingLog trunk(origin);
    trunk.grow(from);
    witness_->set_logs({{origin, {trunk.key()}}});
    ASSERT_TRUE(witness_->add_checkpoint(trunk.body(0, from)));
    std::atomic<int> cosigned{0};
    std::vector<std::thread> tellers;
    for (int teller = 0; teller < 4; ++teller) {
      tellers.emplace_back([&, teller] {
        GrowingLog story(origin);
        story.grow(from);
        story.grow(from + 1, std::to_string(teller) + ": ");
        const auto outcome = witness_->add_checkpoint(story.body(from, from + 1));
        if (outcome && !outcome->signature_line.empty()) ++cosigned;
      });
    }
    for (auto& teller : tellers) teller.join();
    EXPECT_EQ(cosigned, 1);
  }
}

}  // namespace
}  // namespace dure::node
