// SPDX-License-Identifier: Apache-2.0
#include "dure/proof.h"

#include <gtest/gtest.h>

#include "fixtures.h"

namespace dure {
namespace {

using testing::outcome;
using testing::proven_entry;

TEST(ProofTest, ComesBackFromItsBytes) {
  const std::string bytes = format_proof(proven_entry().proof);
  const auto proof = parse_proof(bytes);
  ASSERT_TRUE(proof);
  EXPECT_EQ(proof->index, 2U);
  EXPECT_EQ(proof->path.size(), 3U);
  EXPECT_EQ(format_proof(*proof), bytes);
}

TEST(ProofTest, RejectsEveryOtherShape) {
  const std::string head = "c2sp.org/tlog-proof@v1\n";
  const std::string hash = base64_encode(as_view(Hash{})) + "\n";
  for (const std::string& text : std::vector<std::string>{
           std::string(), head, head + "index 0\n", head + "index 0\n\n", head + "index 0\n" + hash,
           head + "index 0\n" + hash + "note\n", head + "index  0\n\nnote\n",
           head + "index\n\nnote\n", head + "extra \nindex 0\n\nnote\n",
           head + "extra AA\nindex 0\n\nnote\n", head + "extra AAAA\n\nnote\n",
           head + "index 0\nextra AAAA\n\nnote\n",
           head + "extra AAAA\nextra AAAA\nindex 0\n\nnote\n", head + "index 0\r\n\nnote\n",
           "\n" + head + "index 0\n\nnote\n"}) {
    EXPECT_EQ(outcome(parse_proof(text)), "malformed") << printable(text);
  }
}

TEST(ProofTest, BoundsItsPathAndItsBytes) {
  std::string text = "c2sp.org/tlog-proof@v1\nindex 0\n";
  for (int i = 0; i < 63; ++i) text += base64_encode(as_view(Hash{})) + "\n";
  EXPECT_EQ(outcome(parse_proof(text + "\nnote\n")), "ok");
  EXPECT_EQ(outcome(parse_proof(text + base64_encode(as_view(Hash{})) + "\n\nnote\n")),
            "malformed");
  EXPECT_EQ(outcome(parse_proof(std::string(kMaxProofBytes + 1, 'x'))), "too-large");
}

TEST(VerifyEntryTest, TellsWhatWasPublished) {
  const auto made = proven_entry();
  const auto verified = verify_entry(made.proof, made.body, made.policy);
  ASSERT_TRUE(verified) << verified.error().detail;
  EXPECT_EQ(verified->index, 2U);
  EXPECT_EQ(verified->leaf.type, "service");
  EXPECT_EQ(verified->checkpoint.size, 5U);
  EXPECT_EQ(verified->cosigners, std::vector<std::string>{"w1"});
}

TEST(VerifyEntryTest, RefusesAnotherBodyIndexPolicyAndLeaf) {
  const auto made = proven_entry();
  EXPECT_EQ(outcome(verify_entry(made.proof, made.body + " ", made.policy)), "bad-commitment");
  EXPECT_EQ(outcome(verify_entry(made.proof, std::string(kMaxBodyBytes + 1, 'x'), made.policy)),
            "too-large");
  auto moved = made.proof;
  moved.index = 3;
  EXPECT_EQ(outcome(verify_entry(moved, made.body, made.policy)), "bad-proof");
  auto bare = made.proof;
  bare.extra.reset();
  EXPECT_EQ(outcome(verify_entry(bare, made.body, made.policy)), "malformed");
  bare.extra = Bytes(32, 'x');
  EXPECT_EQ(outcome(verify_entry(bare, made.body, made.policy)), "malformed");
  auto strict = made.policy;
  strict.quorum = "nobody";
  EXPECT_EQ(outcome(verify_entry(made.proof, made.body, strict)), "refused");
  auto ignorant = made.policy;
  ignorant.logs.clear();
  EXPECT_EQ(outcome(verify_entry(made.proof, made.body, ignorant)), "unknown-key");
}

TEST(VerifyEntryTest, RefusesALeafThatLiesAboutItsSize) {
  auto made = proven_entry();
  Leaf leaf = testing::sample_leaf(made.body, made.salt);
  leaf.size = 4096;
  made.proof.extra = Bytes(as_view(made.salt)) + format_leaf(leaf);
  EXPECT_EQ(outcome(verify_entry(made.proof, made.body, made.policy)), "bad-commitment");
}

TEST(VerifyEntryTest, FailsForEveryFlippedBitOfProofAndBody) {
  const auto made = proven_entry();
  std::string bytes = format_proof(made.proof);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    char& c = bytes[bit / 8];
    c = static_cast<char>(c ^ (1 << bit % 8));
    const auto proof = parse_proof(bytes);
    EXPECT_FALSE(proof && verify_entry(*proof, made.body, made.policy)) << "bit " << bit;
    c = static_cast<char>(c ^ (1 << bit % 8));
  }
  std::string body = made.body;
  for (char& c : body) {
    c = static_cast<char>(c ^ 1);
    EXPECT_EQ(outcome(verify_entry(made.proof, body, made.policy)), "bad-commitment");
    c = static_cast<char>(c ^ 1);
  }
}

TEST(VerifyEntryTest, RefusesEveryTruncatedProof) {
  const auto made = proven_entry();
  const std::string bytes = format_proof(made.proof);
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const auto proof = parse_proof(bytes.substr(0, n));
    EXPECT_FALSE(proof && verify_entry(*proof, made.body, made.policy)) << n;
  }
}

}  // namespace
}  // namespace dure
