// SPDX-License-Identifier: Apache-2.0
// What a witness or a mirror may answer without being believed.
#include <gmock/gmock.h>

#include "node/witnessing/cosigning_fixture.h"

namespace dure::node {
namespace {

using CosigningRefusalTest = CosigningFixture;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(CosigningRefusalTest, EveryFlippedByteOfACosignature) {
  const auto line = neighbour(2).witness->add_checkpoint(log_.body(0, 7))->signature_line;
  const auto key = neighbour(2).witness->verifier();
  const std::string text = log_.sign(log_.head(7)).text;
  ASSERT_TRUE(find_cosignature(text, *parse_cosignatures(line), key, kStart));
  for (std::size_t at = 0; at < line.size(); ++at) {
    for (const unsigned flip : {1U, 32U, 128U}) {
      std::string forged = line;
      forged[at] = static_cast<char>(static_cast<unsigned char>(forged[at]) ^ flip);
      const auto lines = parse_cosignatures(forged);
      if (!lines) continue;
      EXPECT_FALSE(find_cosignature(text, *lines, key, kStart)) << at << ": " << forged;
    }
  }
}

TEST_F(CosigningRefusalTest, AWrongSignature) {
  neighbour(2).tamper = [](std::string& body) {
    body[body.size() - 10] = body[body.size() - 10] == 'A' ? 'B' : 'A';
  };
  sign(7);
  ask_around();
  EXPECT_EQ(error_code(2), ErrorCode::kBadSignature);
  EXPECT_EQ(status(2).size, 0U);
}

TEST_F(CosigningRefusalTest, AnotherKey) {
  Neighbour stranger(6, log_, [this] { return now_; });
  neighbour(2).instead = [&](const FetchRequest& request) { return stranger.answer(request); };
  sign(7);
  ask_around();
  EXPECT_EQ(error_text(2), "finality.other-key");
}

TEST_F(CosigningRefusalTest, CosignaturesOfOthersBesideItsOwnAreIgnored) {
  const auto other = log_.sign(log_.head(7)).signatures.front();
  neighbour(2).tamper = [&](std::string& body) { body = format_signature(other) + body; };
  sign(7);
  ask_around();
  EXPECT_EQ(status(2).size, 7U);
}

TEST_F(CosigningRefusalTest, Garbage) {
  for (const char* body : {"", "\n", "ok\n", "<html>\n", "\n\n— a b\n", "\xff\n"}) {
    open();
    neighbour(2).instead = [&](const FetchRequest&) -> Result<FetchResponse> {
      FetchResponse response;
      response.body = body;
      return response;
    };
    sign(7);
    ask_around();
    EXPECT_EQ(error_code(2), ErrorCode::kMalformed) << body;
  }
}

TEST_F(CosigningRefusalTest, ASizeThatIsNone) {
  for (const char* body : {"", "7", "7\r\n", "07\n", "-1\n", "9223372036854775808\n", "7\n7\n"}) {
    open();
    neighbour(2).instead = [&](const FetchRequest&) -> Result<FetchResponse> {
      FetchResponse response;
      response.conflict = true;
      response.body = body;
      return response;
    };
    sign(8);
    ask_around();
    EXPECT_EQ(error_code(2), ErrorCode::kMalformed) << body;
    EXPECT_THAT(shown_, IsEmpty());
  }
}

TEST_F(CosigningRefusalTest, AWitnessThatWasSetBack) {
  sign(7);
  ask_around();
  neighbour(2).begin_anew();
  ASSERT_TRUE(neighbour(2).witness->add_checkpoint(log_.body(0, 3)));
  sign(9);
  pass(std::chrono::seconds(3));
  ask_around();
  EXPECT_EQ(error_text(2), "finality.went-back");
  EXPECT_EQ(status(2).size, 7U);
  EXPECT_EQ(status(3).size, 9U);
}

TEST_F(CosigningRefusalTest, ACosignatureOlderThanTheOneBefore) {
  sign(7);
  ask_around();
  now_ -= 50;
  neighbour(2).begin_anew();
  ASSERT_TRUE(neighbour(2).witness->add_checkpoint(log_.body(0, 7)));
  clock_ += std::chrono::seconds(901);
  ask_around();
  EXPECT_EQ(error_text(2), "finality.went-back");
}

TEST_F(CosigningRefusalTest, ACosignatureFromTheFuture) {
  Neighbour ahead(2, log_, [this] { return now_ + 301; });
  neighbour(2).instead = [&](const FetchRequest& request) { return ahead.answer(request); };
  sign(7);
  ask_around();
  EXPECT_EQ(error_text(2), "finality.clock");
}

TEST_F(CosigningRefusalTest, ASizeThatWeNeverSignedIsAClaimUntilItIsShown) {
  neighbour(2).instead = [](const FetchRequest&) -> Result<FetchResponse> {
    FetchResponse response;
    response.conflict = true;
    response.body = "30\n";
    return response;
  };
  sign(7);
  ask_around();
  EXPECT_EQ(error_text(2), "finality.ahead");
  EXPECT_THAT(shown_, IsEmpty()) << "it showed nothing, so it cannot stop us";
  // A twin of ours went on to 30, and the witness has its signature.
  neighbour(2).shown = format_note(log_.sign(log_.head(30)));
  pass(std::chrono::seconds(5));
  ask_around();
  ASSERT_THAT(shown_, SizeIs(1));
  EXPECT_EQ(shown_.front().second, neighbour(2).shown) << "whoever watches the own log decides";
}

TEST_F(CosigningRefusalTest, AWitnessOfAnotherHistoryIsAskedWhatItSaw) {
  GrowingLog twin("t1.example/dure/1", 4);
  twin.grow(5, "other ");
  ASSERT_TRUE(neighbour(2).witness->add_checkpoint(twin.body(0, 5)));
  sign(7);
  ask_around();
  EXPECT_EQ(error_code(2), ErrorCode::kRefused);
  ASSERT_THAT(shown_, SizeIs(1));
  EXPECT_THAT(shown_.front().second, ::testing::StartsWith(format_checkpoint(twin.head(5))));
}

TEST_F(CosigningRefusalTest, SomebodyElseShowedItANewerHeadOfOurs) {
  sign(7);
  sign(9);
  ASSERT_TRUE(neighbour(2).witness->add_checkpoint(log_.body(0, 9)));
  ask_around();
  EXPECT_EQ(status(2).size, 9U);
  EXPECT_FALSE(status(2).error);
  EXPECT_THAT(shown_, IsEmpty());
}

TEST_F(CosigningRefusalTest, AMirrorOfAnotherHistory) {
  GrowingLog twin("t1.example/dure/1", 4);
  twin.grow(9, "other ");
  for (const std::uint64_t size : {7U, 9U}) {
    open();
    shown_.clear();
    neighbour(3).mirrored = neighbour(3).cosigned(twin.sign(twin.head(size)));
    sign(7);
    ask_around();
    pass(kSoon);
    ask_around();
    EXPECT_EQ(error_text(3), "finality.mirror-differs");
    ASSERT_THAT(shown_, ::testing::Not(IsEmpty()));
    EXPECT_EQ(cosigning_->final_size(), 0U);
  }
}

TEST_F(CosigningRefusalTest, AMirrorThatHoldsLessOrSaysNothing) {
  neighbour(3).mirror(6);
  neighbour(4).mirrored = format_note(log_.sign(log_.head(7)));  // served, not cosigned
  auto forged = *parse_note(neighbour(3).mirrored);
  forged.text = log_.sign(log_.head(7)).text;
  forged.signatures[0] = log_.sign(log_.head(7)).signatures[0];
  neighbour(5).mirrored = format_note(forged);  // another key's cosignature of another head
  sign(7);
  ask_around();
  pass(kSoon);
  ask_around();
  EXPECT_EQ(cosigning_->final_size(), 0U);
  EXPECT_EQ(status(3).mirrored_size, 6U);
  EXPECT_EQ(status(4).mirrored_size, 0U);
  EXPECT_EQ(status(5).mirrored_size, 0U);
}

TEST_F(CosigningRefusalTest, AMirrorsForgedCosignature) {
  neighbour(3).mirror(7);
  auto note = *parse_note(neighbour(3).mirrored);
  note.signatures.back().blob.back() = static_cast<char>(note.signatures.back().blob.back() ^ 1);
  neighbour(3).mirrored = format_note(note);
  sign(7);
  ask_around();
  pass(kSoon);
  ask_around();
  EXPECT_EQ(error_code(3), ErrorCode::kBadSignature);
  EXPECT_EQ(cosigning_->final_size(), 0U);
}

}  // namespace
}  // namespace dure::node
