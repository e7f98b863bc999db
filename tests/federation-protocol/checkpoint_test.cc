// SPDX-License-Identifier: Apache-2.0
#include "dure/checkpoint.h"

#include <gtest/gtest.h>

#include "fixtures.h"

namespace dure {
namespace {

using testing::kOrigin;
using testing::outcome;

Checkpoint sample() { return {std::string(kOrigin), 5, hash_leaf("x")}; }

std::vector<VerifierKey> log_keys() { return {testing::log_signer()->verifier()}; }

TEST(OriginTest, IsAMemberAndAGeneration) {
  EXPECT_TRUE(is_origin("suwon.go.kr/dure/1"));
  EXPECT_TRUE(is_origin("a/12"));
  for (const std::string& origin : std::vector<std::string>{
           std::string(), std::string("suwon"), std::string("/1"), std::string("a/"),
           std::string("a/0"), std::string("a/01"), std::string("a/x"), std::string("a/-1"),
           std::string("a b/1"), std::string("a+b/1"), std::string("a\n/1"), std::string("수원/1"),
           std::string(254, 'a') + "/1"}) {
    EXPECT_FALSE(is_origin(origin)) << printable(origin);
  }
}

TEST(OriginTest, IsHashedForPaths) {
  EXPECT_EQ(origin_hash("abc"), hex_encode(as_view(sha256({"abc"}))));
}

TEST(CheckpointTest, ComesBackFromItsText) {
  const std::string text = format_checkpoint(sample());
  const auto parsed = parse_checkpoint(text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->origin, kOrigin);
  EXPECT_EQ(parsed->size, 5U);
  EXPECT_EQ(parsed->root, hash_leaf("x"));
  EXPECT_EQ(format_checkpoint(*parsed), text);
}

TEST(CheckpointTest, RejectsEveryOtherShape) {
  const std::string root = base64_encode(as_view(hash_leaf("x")));
  for (const std::string& text : std::vector<std::string>{
           std::string(), std::string("a\n"), std::string("a\n1\n"), "a\n1\n" + root,
           "\n1\n" + root + "\n", "a\n01\n" + root + "\n", "a\n-1\n" + root + "\n",
           "a\n\n" + root + "\n", "a\n9223372036854775808\n" + root + "\n", "a\n1\n" + root + "=\n",
           "a\n1\nAAAA\n", "a\n1\n" + root + "\nextension\n", "a\n1\n" + root + "\n\n",
           "a\n1\n" + root + " \n", std::string(256, 'a') + "\n1\n" + root + "\n",
           "a\xFF\n1\n" + root + "\n"}) {
    EXPECT_EQ(outcome(parse_checkpoint(text)), "malformed") << printable(text);
  }
}

TEST(CheckpointTest, AnEmptyTreeHasTheOneEmptyRoot) {
  EXPECT_EQ(outcome(parse_checkpoint(format_checkpoint({"a", 0, empty_root()}))), "ok");
  EXPECT_EQ(outcome(parse_checkpoint(format_checkpoint({"a", 0, hash_leaf("x")}))), "malformed");
}

TEST(SignCheckpointTest, RefusesAKeyOfAnotherNameOrTypeAndABadOrigin) {
  EXPECT_EQ(outcome(sign_checkpoint(sample(), *testing::signer("other/1", KeyType::kEd25519, 1))),
            "invalid");
  EXPECT_EQ(
      outcome(sign_checkpoint(sample(), *testing::signer(kOrigin, KeyType::kCosignatureV1, 1))),
      "invalid");
  EXPECT_EQ(outcome(sign_checkpoint({"no-generation", 1, {}}, *testing::log_signer())), "invalid");
  EXPECT_EQ(outcome(sign_checkpoint({std::string(kOrigin), 0, {}}, *testing::log_signer())),
            "malformed");
}

TEST(OpenCheckpointTest, AcceptsWhatWasSigned) {
  const auto made = sign_checkpoint(sample(), *testing::log_signer());
  ASSERT_TRUE(made);
  const auto opened = open_checkpoint(format_note(made->note), kOrigin, log_keys());
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->checkpoint.size, 5U);
}

TEST(OpenCheckpointTest, RejectsAnotherOriginAnotherKeyAndTooManyBytes) {
  auto made = *sign_checkpoint(sample(), *testing::log_signer());
  const std::string note = format_note(made.note);
  EXPECT_EQ(outcome(open_checkpoint(note, "other/1", log_keys())), "invalid");
  const std::vector<VerifierKey> other{testing::signer(kOrigin, KeyType::kEd25519, 9)->verifier()};
  EXPECT_EQ(outcome(open_checkpoint(note, kOrigin, other)), "unknown-key");
  made.note.signatures.push_back({"a", 1, Bytes(kMaxCheckpointBytes, 'x')});
  EXPECT_EQ(outcome(open_checkpoint(format_note(made.note), kOrigin, log_keys())), "too-large");
}

TEST(OpenCheckpointTest, ACosignatureIsNoLogSignature) {
  // A witness that has the log's own name must not be able to speak for it.
  const auto witness = testing::signer(kOrigin, KeyType::kCosignatureV1, 3);
  const std::string text = format_checkpoint(sample());
  const Note note{text, {*cosign(text, *witness, 1)}};
  const std::vector<VerifierKey> keys{witness->verifier()};
  EXPECT_EQ(outcome(open_checkpoint(format_note(note), kOrigin, keys)), "unknown-key");
}

TEST(OpenCheckpointTest, FailsForEveryChangedBit) {
  std::string bytes = format_note(sign_checkpoint(sample(), *testing::log_signer())->note);
  for (char& c : bytes) {
    for (int bit = 0; bit < 8; ++bit) {
      c = static_cast<char>(c ^ (1 << bit));
      EXPECT_FALSE(open_checkpoint(bytes, kOrigin, log_keys())) << printable(bytes);
      c = static_cast<char>(c ^ (1 << bit));
    }
  }
}

TEST(CosignatureTest, TellsTheTimeItWasMade) {
  const auto witness = testing::witness_signer();
  const std::string text = format_checkpoint(sample());
  const auto line = cosign(text, *witness, 1'795'000'000);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->blob.size(), 72U);
  EXPECT_EQ(*verify_cosignature(text, *line, witness->verifier()), 1'795'000'000U);
}

TEST(CosignatureTest, SignsTheSpecifiedBytes) {
  const auto witness = testing::witness_signer();
  const std::string text = format_checkpoint(sample());
  const auto line = *cosign(text, *witness, 77);
  EXPECT_TRUE(witness->verifier().verify("cosignature/v1\ntime 77\n" + text,
                                         std::string_view(line.blob).substr(8)));
}

TEST(CosignatureTest, RefusesTimesNobodyMaySignAndKeysThatDoNotCosign) {
  const std::string text = format_checkpoint(sample());
  EXPECT_EQ(outcome(cosign(text, *testing::witness_signer(), 0)), "invalid");
  EXPECT_EQ(outcome(cosign(text, *testing::witness_signer(), std::uint64_t{1} << 63)), "invalid");
  EXPECT_EQ(outcome(cosign(text, *testing::log_signer(), 1)), "invalid");
  EXPECT_EQ(outcome(cosign("not a checkpoint\n", *testing::witness_signer(), 1)), "malformed");
}

TEST(CosignatureTest, RejectsALineOfAnotherKeyOrLength) {
  const auto witness = testing::witness_signer();
  const std::string text = format_checkpoint(sample());
  auto line = *cosign(text, *witness, 1);
  EXPECT_EQ(outcome(verify_cosignature(text, line, testing::log_signer()->verifier())),
            "malformed");
  line.name = "other";
  EXPECT_EQ(outcome(verify_cosignature(text, line, witness->verifier())), "bad-signature");
  line.name = witness->verifier().name();
  line.blob.pop_back();
  EXPECT_EQ(outcome(verify_cosignature(text, line, witness->verifier())), "malformed");
}

TEST(CosignatureTest, FailsForEveryChangedBitOfLineAndText) {
  const auto witness = testing::witness_signer();
  std::string text = format_checkpoint(sample());
  auto line = *cosign(text, *witness, 1'795'000'000);
  for (std::string* bytes : {&line.blob, &text}) {
    for (char& c : *bytes) {
      for (int bit = 0; bit < 8; ++bit) {
        c = static_cast<char>(c ^ (1 << bit));
        EXPECT_FALSE(verify_cosignature(text, line, witness->verifier()));
        c = static_cast<char>(c ^ (1 << bit));
      }
    }
  }
}

}  // namespace
}  // namespace dure
