// SPDX-License-Identifier: Apache-2.0
// The grammar is tested by the public vectors (tests/vectors); here is what they leave open.
#include "dure/policy.h"

#include <gtest/gtest.h>

#include "fixtures.h"

namespace dure {
namespace {

using testing::kOrigin;
using testing::outcome;
using testing::signer;

std::unique_ptr<Signer> witness(int number) {
  return signer("w" + std::to_string(number), KeyType::kCosignatureV1,
                static_cast<std::uint8_t>(10 + number));
}

std::string two_of_three() {
  std::string text =
      "log " + testing::log_signer()->verifier().format() + " https://suwon.example/log\n";
  for (int i = 1; i <= 3; ++i)
    text += "witness w" + std::to_string(i) + " " + witness(i)->verifier().format() + "\n";
  return text + "group g 2 w1 w2 w3\nquorum g\n";
}

std::string head_cosigned_by(std::initializer_list<int> witnesses) {
  auto head = *sign_checkpoint({std::string(kOrigin), 1, hash_leaf("x")}, *testing::log_signer());
  for (const int i : witnesses)
    head.note.signatures.push_back(*cosign(head.note.text, *witness(i), 1));
  return format_note(head.note);
}

TEST(PolicyTest, ComesBackFromItsText) {
  const auto policy = parse_policy(two_of_three());
  ASSERT_TRUE(policy);
  EXPECT_EQ(format_policy(*policy), two_of_three());
  EXPECT_EQ(policy->logs[0].url, "https://suwon.example/log");
}

TEST(PolicyTest, NamesTheLineOfAnError) {
  const auto policy = parse_policy("\n# fine\nquibble\n");
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().detail, "policy line 3: unknown keyword quibble");
}

TEST(PolicyTest, RejectsDeleteAndWitnessKeysForLogs) {
  EXPECT_EQ(outcome(parse_policy("quorum none\n# \x7F\n")), "malformed");
  EXPECT_EQ(outcome(parse_policy("log " + witness(1)->verifier().format() + "\nquorum none\n")),
            "malformed");
}

TEST(PolicyTest, BoundsItsSize) {
  EXPECT_EQ(outcome(parse_policy(std::string(kMaxPolicyBytes + 1, '\n'))), "too-large");
}

TEST(PolicyTest, HoldsTheWholeCountry) {
  std::string text;
  for (int i = 0; i < 244; ++i) {
    Secret<32> seed;
    std::fill_n(seed.data(), 32, static_cast<std::uint8_t>(i));
    text += "log " +
            (*make_ed25519_signer("t" + std::to_string(i) + "/1", KeyType::kEd25519, seed))
                ->verifier()
                .format() +
            "\n";
  }
  EXPECT_EQ(parse_policy(text + "quorum none\n")->logs.size(), 244U);
}

TEST(QuorumTest, CountsEachWitnessOnceAndKnownOnesOnly) {
  const Policy policy = *parse_policy(two_of_three());
  EXPECT_TRUE(meets_quorum(policy, {"w1", "w3"}));
  EXPECT_FALSE(meets_quorum(policy, {"w1", "w1"}));
  EXPECT_FALSE(meets_quorum(policy, {"w1", "stranger", "g"}));
  EXPECT_FALSE(meets_quorum(policy, {}));
}

TEST(QuorumTest, AHandMadeGroupWithoutThresholdIsNeverMet) {
  Policy policy = *parse_policy(two_of_three());
  policy.groups[0].threshold = 0;
  EXPECT_FALSE(meets_quorum(policy, {"w1", "w2", "w3"}));
  policy.groups[0] = {"g", 2, {"w1", "w1"}};
  EXPECT_FALSE(meets_quorum(policy, {"w1"}));
  policy.quorum = "nothing";
  EXPECT_FALSE(meets_quorum(policy, {"w1", "w2", "w3"}));
}

TEST(VerifyCheckpointTest, AcceptsTheQuorumAndNamesTheCosigners) {
  const auto verdict = verify_checkpoint(head_cosigned_by({3, 1}), *parse_policy(two_of_three()));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->cosigners, (std::vector<std::string>{"w1", "w3"}));
  EXPECT_EQ(verdict->head.checkpoint.size, 1U);
}

TEST(VerifyCheckpointTest, RefusesLessThanTheQuorum) {
  const Policy policy = *parse_policy(two_of_three());
  EXPECT_EQ(outcome(verify_checkpoint(head_cosigned_by({}), policy)), "refused");
  EXPECT_EQ(outcome(verify_checkpoint(head_cosigned_by({2}), policy)), "refused");
  EXPECT_EQ(outcome(verify_checkpoint(head_cosigned_by({2, 2}), policy)), "refused");
}

TEST(VerifyCheckpointTest, RefusesALogThePolicyDoesNotName) {
  EXPECT_EQ(outcome(verify_checkpoint(head_cosigned_by({}), *parse_policy("quorum none\n"))),
            "unknown-key");
}

TEST(VerifyCheckpointTest, ALogVouchesForItsOwnOriginOnly) {
  // The key is in the policy under another name: it must not sign for suwon.
  const auto other = signer("other.go.kr/dure/1", KeyType::kEd25519, 44);
  const std::string text = format_checkpoint({std::string(kOrigin), 1, hash_leaf("x")});
  const std::string note = format_note({text, {*sign_note(text, *other)}});
  const Policy policy = *parse_policy("log " + other->verifier().format() + "\nquorum none\n");
  EXPECT_EQ(outcome(verify_checkpoint(note, policy)), "unknown-key");
}

TEST(VerifyCheckpointTest, RefusesAKnownWitnessWhoseCosignatureFails) {
  Note note = *parse_note(head_cosigned_by({1, 2}));
  note.signatures[2].blob.back() = static_cast<char>(note.signatures[2].blob.back() ^ 1);
  EXPECT_EQ(outcome(verify_checkpoint(format_note(note), *parse_policy(two_of_three()))),
            "bad-signature");
}

}  // namespace
}  // namespace dure
