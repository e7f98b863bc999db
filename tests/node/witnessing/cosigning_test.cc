// SPDX-License-Identifier: Apache-2.0
// Whom a log asks for cosignatures, when, what it believes, and when a head is final.
#include "witnessing/cosigning.h"

#include <gmock/gmock.h>

#include <thread>

#include "dure/policy.h"
#include "node/witnessing/cosigning_fixture.h"

namespace dure::node {
namespace {

using CosigningTest = CosigningFixture;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(CosigningTest, AHeadWithQuorumAndMirrorIsFinal) {
  sign(7);
  EXPECT_GT(ask_around(), 0);
  EXPECT_EQ(cosigning_->final_size(), 0U) << "no mirror yet";
  neighbour(3).mirror(7);
  pass(kSoon);
  ask_around();
  EXPECT_EQ(cosigning_->final_size(), 7U);
  EXPECT_THAT(finals_, ElementsAre(7));
  const auto policy = *policy_for(charter_, log_.origin());
  const auto verdict = verify_checkpoint(*cosigning_->quorum_head(), policy);
  ASSERT_TRUE(verdict) << verdict.error().detail;
  EXPECT_THAT(verdict->cosigners, SizeIs(4));
}

TEST_F(CosigningTest, AMirrorAloneIsNotEnough) {
  for (int i = 3; i <= 5; ++i)
    neighbour(i).instead = [](const auto&) { return Error{ErrorCode::kUnavailable, "HTTP 503"}; };
  neighbour(3).mirror(7);
  sign(7);
  ask_around();
  pass(kSoon);
  ask_around();
  EXPECT_EQ(cosigning_->final_size(), 0U);
  EXPECT_FALSE(cosigning_->quorum_head());
  EXPECT_EQ(cosigning_->report().quorum.needed, 3U);
}

TEST_F(CosigningTest, OnlyTheLogsOwnSignatureIsSent) {
  auto note = log_.sign(log_.head(5));
  cosigning_->head_signed({log_.head(5), note});
  ask_around();
  for (int i = 2; i <= 5; ++i) {
    for (const auto& body : neighbour(i).posted)
      EXPECT_THAT(parse_add_checkpoint(body)->note.signatures, SizeIs(1));
  }
}

// A second log key signs the newest head once more: what the witnesses said of it stays.
TEST_F(CosigningTest, AHeadThatIsSignedOnceMoreKeepsItsCosignatures) {
  const auto other = testing::signer(log_.origin(), KeyType::kEd25519, 77);
  auto note = log_.sign(log_.head(7));
  note.signatures.push_back(*sign_note(note.text, *other));
  const auto is_whole = [&](const std::string& shown) {
    const auto keys = std::vector<VerifierKey>{other->verifier()};
    return open_checkpoint(shown, log_.origin(), keys) &&
           verify_checkpoint(shown, *policy_for(charter_, log_.origin()));
  };
  sign(7);
  ask_around();
  cosigning_->head_signed({log_.head(7), note});
  EXPECT_TRUE(is_whole(cosigning_->with_cosignatures(format_note(note)))) << "not final yet";
  neighbour(3).mirror(7);
  pass(kSoon);
  ask_around();
  EXPECT_EQ(cosigning_->final_size(), 7U);
  EXPECT_TRUE(is_whole(cosigning_->with_cosignatures(format_note(note))));
  open();  // knows the final head only as it was stored
  EXPECT_EQ(cosigning_->final_size(), 7U);
  EXPECT_TRUE(is_whole(cosigning_->with_cosignatures(format_note(note))));
}

// As above, but it was final before it was signed once more.
TEST_F(CosigningTest, AFinalHeadThatIsSignedOnceMoreKeepsItsCosignatures) {
  sign(7);
  neighbour(3).mirror(7);
  ask_around();
  pass(kSoon);
  ask_around();
  ASSERT_EQ(cosigning_->final_size(), 7U);
  const auto other = testing::signer(log_.origin(), KeyType::kEd25519, 77);
  auto note = log_.sign(log_.head(7));
  note.signatures.push_back(*sign_note(note.text, *other));
  open();
  const auto shown = cosigning_->with_cosignatures(format_note(note));
  EXPECT_TRUE(verify_checkpoint(shown, *policy_for(charter_, log_.origin())));
  EXPECT_TRUE(shown.starts_with(format_note(note))) << shown;
}

TEST_F(CosigningTest, EachWitnessGetsTheProofFromItsOwnSize) {
  ASSERT_TRUE(neighbour(2).witness->add_checkpoint(log_.body(0, 3)));
  ASSERT_TRUE(neighbour(3).witness->add_checkpoint(log_.body(0, 6)));
  sign(9);
  ask_around();
  for (int i = 2; i <= 5; ++i) EXPECT_EQ(status(i).size, 9U) << i;
  EXPECT_THAT(neighbour(2).posted, SizeIs(2)) << "a 409 told its size";
  EXPECT_THAT(neighbour(4).posted, SizeIs(1));
  sign(12);
  for (int i = 2; i <= 5; ++i) neighbour(i).mirror(9);
  pass(kSoon);
  ask_around();
  EXPECT_THAT(neighbour(2).posted, SizeIs(3)) << "and then it is remembered";
}

TEST_F(CosigningTest, AnAnswerThatWasLostIsMadeUpFor) {
  sign(4);
  bool lost = false;
  neighbour(2).instead = [&](const FetchRequest& request) -> Result<FetchResponse> {
    EXPECT_TRUE(neighbour(2).witness->add_checkpoint(*request.post));
    lost = true;
    return Error{ErrorCode::kUnavailable, "connection reset"};
  };
  ask_around();
  EXPECT_TRUE(lost);
  EXPECT_EQ(status(2).size, 0U);
  neighbour(2).instead = {};
  pass(std::chrono::seconds(5));
  ask_around();
  EXPECT_EQ(status(2).size, 4U);
  EXPECT_FALSE(status(2).error);
}

TEST_F(CosigningTest, WhoFailsIsLeftAloneForAWhileAndHoldsBackNobody) {
  neighbour(2).down = true;
  neighbour(3).mirror(7);
  sign(7);
  ask_around();
  pass(kSoon);
  ask_around();
  EXPECT_EQ(cosigning_->final_size(), 7U) << "three of four are enough";
  const int asked = neighbour(2).asked;
  pass(kSoon);
  ask_around();
  EXPECT_EQ(neighbour(2).asked, asked) << "backing off";
  EXPECT_EQ(error_code(2), ErrorCode::kUnavailable);
  neighbour(2).down = false;
  pass(std::chrono::seconds(10));
  ask_around();
  EXPECT_EQ(status(2).size, 7U);
  const auto due = cosigning_->next_due();
  ASSERT_TRUE(due);
  EXPECT_GT(*due, clock_ + std::chrono::minutes(10)) << "nothing to do until they are asked again";
}

TEST_F(CosigningTest, NewerHeadsWaitForAnUnfinishedOneButNotForLong) {
  sign(5);
  ask_around();
  sign(6);
  sign(8);
  ask_around();
  EXPECT_EQ(status(4).size, 5U) << "so that enough of them cosign the same one";
  neighbour(4).mirror(5);
  pass(kSoon);
  ask_around();
  EXPECT_THAT(finals_, ElementsAre(5));
  EXPECT_EQ(status(4).size, 8U) << "the newest comes next, not each one between";
  sign(9);
  pass(std::chrono::seconds(3));
  ask_around();
  EXPECT_EQ(status(4).size, 9U) << "8 did not become final in time";
  neighbour(4).mirror(9);
  pass(std::chrono::seconds(3));
  ask_around();
  EXPECT_THAT(finals_, ElementsAre(5, 9));
}

TEST_F(CosigningTest, AMirrorThatHoldsMoreHoldsThisToo) {
  sign(5);
  ask_around();
  sign(6);
  neighbour(3).mirror(6);
  pass(kSoon);
  ask_around();
  EXPECT_EQ(finals_.front(), 5U);
  EXPECT_EQ(cosigning_->final_size(), 6U) << "its word counts for the next head, too";
}

TEST_F(CosigningTest, OneVoiceForEachOperator) {
  for (auto& member : charter_.members) {
    if (member.id == testing::town(2).id || member.id == testing::town(3).id)
      member.operator_group = "provider";
  }
  cosigning_->follow(charter_);  // three voices now, two needed
  neighbour(4).down = neighbour(5).down = true;
  neighbour(2).mirror(7);
  sign(7);
  ask_around();
  pass(kSoon);
  ask_around();
  EXPECT_EQ(status(2).size, 7U);
  EXPECT_EQ(status(3).size, 7U);
  EXPECT_EQ(cosigning_->final_size(), 0U) << "both are the provider's";
  neighbour(5).down = false;
  pass(std::chrono::seconds(10));
  ask_around();
  EXPECT_EQ(cosigning_->final_size(), 7U);
}

TEST_F(CosigningTest, AloneNothingBecomesFinalAndNothingHangs) {
  charter_.members.resize(1);
  cosigning_->follow(charter_);
  sign(7);
  EXPECT_EQ(ask_around(), 0);
  EXPECT_FALSE(cosigning_->next_due());
  EXPECT_FALSE(cosigning_->wait_final(7, std::chrono::milliseconds(1)));
  EXPECT_EQ(cosigning_->report().quorum.voices, 0U);
}

TEST_F(CosigningTest, WhoTakesNoConnectionsIsNotAskedAndHasNoVoiceForUs) {
  for (auto& member : charter_.members) member.url.clear();
  cosigning_->follow(charter_);
  sign(7);
  EXPECT_EQ(ask_around(), 0);
  EXPECT_FALSE(cosigning_->next_due());
  EXPECT_EQ(cosigning_->report().quorum.voices, 4U);
}

TEST_F(CosigningTest, AnEmptyLogIsNotAnnounced) {
  log_.cut(0);
  sign(0);
  EXPECT_EQ(ask_around(), 0);
}

TEST_F(CosigningTest, AnIdleLogIsCosignedAgainWithALaterTime) {
  neighbour(3).mirror(7);
  sign(7);
  ask_around();
  pass(kSoon);
  ask_around();
  const auto before = cosigning_->with_cosignatures(format_note(log_.sign(log_.head(7))));
  pass(std::chrono::seconds(800));
  EXPECT_EQ(ask_around(), 0);
  pass(std::chrono::seconds(100));
  EXPECT_EQ(ask_around(), 4);
  const auto request = *parse_add_checkpoint(neighbour(4).posted.back());
  EXPECT_EQ(request.old_size, 7U);
  EXPECT_THAT(request.proof, IsEmpty());
  EXPECT_EQ(status(4).time, static_cast<std::uint64_t>(kStart + 900));
  EXPECT_NE(cosigning_->with_cosignatures(format_note(log_.sign(log_.head(7)))), before);
  EXPECT_EQ(finals_.size(), 1U) << "it was final before";
}

TEST_F(CosigningTest, CosignaturesAreShownForExactlyTheirHead) {
  sign(7);
  ask_around();
  const auto seven = cosigning_->with_cosignatures(format_note(log_.sign(log_.head(7))));
  EXPECT_THAT(parse_note(seven)->signatures, SizeIs(5));
  const auto eight = format_note(log_.sign(log_.head(8)));
  EXPECT_EQ(cosigning_->with_cosignatures(eight), eight);
}

TEST_F(CosigningTest, AFinalHeadOutlivesTheProcess) {
  neighbour(3).mirror(7);
  sign(7);
  ask_around();
  pass(kSoon);
  ask_around();
  open();
  EXPECT_EQ(cosigning_->final_size(), 7U);
  EXPECT_TRUE(verify_checkpoint(*cosigning_->quorum_head(), *policy_for(charter_, log_.origin())));
  EXPECT_TRUE(cosigning_->wait_final(7, std::chrono::milliseconds(0)));
  EXPECT_FALSE(cosigning_->wait_final(8, std::chrono::milliseconds(0)));
  sign(7);
  ask_around();
  EXPECT_EQ(finals_.size(), 1U) << "it is not made final twice";
}

TEST_F(CosigningTest, AFinalHeadThatCouldNotBeStoredIsNotFinalYet) {
  std::uint64_t size = 7;
  for (const Failure failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    stored_.fail_next.arm(failure);
    neighbour(3).mirror(size);
    sign(size);
    for (int asked = 0; stored_.fail_next.armed() && asked < 20; ++asked) {
      if (const auto member = cosigning_->take()) {
        cosigning_->ask(*member);
      } else {
        pass(kSoon);
      }
    }
    EXPECT_LT(cosigning_->final_size(), size);
    EXPECT_TRUE(cosigning_->report().error);
    pass(std::chrono::seconds(3));
    ask_around();
    EXPECT_EQ(cosigning_->final_size(), size) << "tried again";
    EXPECT_FALSE(cosigning_->report().error);
    EXPECT_EQ(finals_.back(), size);
    size += 2;
  }
}

TEST_F(CosigningTest, NobodyIsAskedOnceSigningHasStopped) {
  stopped_ = true;
  sign(7);
  EXPECT_EQ(ask_around(), 0);
  ASSERT_TRUE(cosigning_->next_due());
  stopped_ = false;
  EXPECT_GT(ask_around(), 0);
}

TEST_F(CosigningTest, ACharterThatChangesAsksTheNewOnesAndKeepsWhatIsKnown) {
  sign(7);
  ask_around();
  add_neighbour(6);
  cosigning_->follow(charter_);
  ask_around();
  EXPECT_EQ(status(6).size, 7U);
  EXPECT_EQ(neighbour(4).posted.size(), 1U);
  EXPECT_EQ(cosigning_->report().quorum.voices, 5U);
}

TEST_F(CosigningTest, ThreadsAskInParallelUntilTheyAreStopped) {
  for (int i = 2; i <= 5; ++i) neighbour(i).mirror(7);
  CosigningPorts ports;  // real time
  ports.origin = log_.origin();
  ports.keys = {log_.key()};
  ports.heads = &stored_;
  ports.open = [this](const std::string& url) -> Result<std::unique_ptr<Source>> {
    return std::unique_ptr<Source>(std::make_unique<Line>(*neighbours_.at(url)));
  };
  ports.node = [this](unsigned level, std::uint64_t index) { return log_.node(level, index); };
  ports.now = [] { return kStart; };
  ports.random = [] { return std::uint64_t{0}; };
  const auto cosigning = std::move(*Cosigning::open(std::move(ports)));
  cosigning->follow(charter_);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 6; ++i)
    threads.emplace_back([&](const std::stop_token& stop) { cosigning->work(stop); });
  cosigning->head_signed({log_.head(7), log_.sign(log_.head(7))});
  EXPECT_TRUE(cosigning->wait_final(7, std::chrono::seconds(20)));
  for (auto& thread : threads) thread.request_stop();
}

}  // namespace
}  // namespace dure::node
