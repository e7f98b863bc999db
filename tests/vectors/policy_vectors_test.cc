// SPDX-License-Identifier: Apache-2.0
// tlog-policy files with quorum outcomes, and the syntax of tlog-proof.
#include "dure/policy.h"
#include "dure/proof.h"
#include "shared_vectors.h"

namespace dure {
namespace {

using nlohmann::json;

TEST(PolicyVectorsTest, ValidPoliciesAndTheirQuorums) {
  const auto path = testing::shared_vectors() / "tlog-policy/policies.json";
  DURE_NEED_VECTORS(path);
  const json file = testing::read_json(path);
  std::size_t outcomes = 0;
  for (const json& c : file["valid"]) {
    const auto policy = parse_policy(c["text"].get<std::string>());
    ASSERT_TRUE(policy) << c["name"] << ": " << policy.error().detail;
    EXPECT_EQ(format_policy(*parse_policy(format_policy(*policy))), format_policy(*policy));
    for (const char* list : {"satisfied_by", "not_satisfied_by"}) {
      for (const json& names : c.value(list, json::array())) {
        const bool met = meets_quorum(*policy, names.get<std::vector<std::string>>());
        EXPECT_EQ(met, std::string_view(list) == "satisfied_by") << c["name"] << names;
        ++outcomes;
      }
    }
  }
  EXPECT_EQ(file["valid"].size(), 4U);
  EXPECT_EQ(outcomes, 5U);
}

TEST(PolicyVectorsTest, NamesAreOctets) {
  const auto path = testing::shared_vectors() / "tlog-policy/policies.json";
  DURE_NEED_VECTORS(path);
  const json cases = testing::read_json(path)["valid_hex"];
  for (const json& c : cases)
    EXPECT_TRUE(parse_policy(*hex_decode(c["hex"].get<std::string>()))) << c["name"];
  EXPECT_EQ(cases.size(), 1U);
}

TEST(PolicyVectorsTest, InvalidPolicies) {
  const auto path = testing::shared_vectors() / "tlog-policy/policies.json";
  DURE_NEED_VECTORS(path);
  const json cases = testing::read_json(path)["invalid"];
  for (const json& c : cases) EXPECT_FALSE(parse_policy(c["text"].get<std::string>())) << c["name"];
  EXPECT_EQ(cases.size(), 26U);
}

TEST(ProofVectorsTest, ValidProofs) {
  const auto path = testing::shared_vectors() / "tlog-proof/proofs.json";
  DURE_NEED_VECTORS(path);
  const json cases = testing::read_json(path)["valid"];
  for (const json& c : cases) {
    const auto text = c["text"].get<std::string>();
    const auto proof = parse_proof(text);
    ASSERT_TRUE(proof) << c["name"];
    EXPECT_EQ(proof->index, c["index"].get<std::uint64_t>());
    EXPECT_EQ(proof->path.size(), c["n_hashes"].get<std::size_t>());
    EXPECT_EQ(proof->extra.value_or(""), c.value("extra", ""));
    EXPECT_EQ(format_proof(*proof), text);
  }
  EXPECT_EQ(cases.size(), 3U);
}

TEST(ProofVectorsTest, InvalidProofs) {
  const auto path = testing::shared_vectors() / "tlog-proof/proofs.json";
  DURE_NEED_VECTORS(path);
  const json cases = testing::read_json(path)["invalid"];
  for (const json& c : cases) EXPECT_FALSE(parse_proof(c["text"].get<std::string>())) << c["name"];
  EXPECT_EQ(cases.size(), 8U);
}

}  // namespace
}  // namespace dure
