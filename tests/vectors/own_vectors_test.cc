// SPDX-License-Identifier: Apache-2.0
// The vector files in this folder must be exactly what the library makes of them.
// After a wanted change of the protocol: DURE_WRITE_VECTORS=1 makes them anew.
#include "own_vectors.h"

#include <fstream>

#include "shared_vectors.h"

namespace dure {
namespace {

using nlohmann::ordered_json;

void check_file(const char* name, const ordered_json& made) {
  const std::filesystem::path path =
      std::filesystem::path(DURE_SOURCE_DIR) / "tests/vectors" / name;
  const std::string text = made.dump(1) + "\n";
  if (std::getenv("DURE_WRITE_VECTORS") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    GTEST_SKIP() << "WROTE " << path;
  }
  EXPECT_EQ(testing::read_file(path), text) << "made with another result than " << path;
}

/// At least one case must be accepted and one refused, or the file says nothing.
void check_both_outcomes(const ordered_json& made) {
  std::size_t accepted = 0;
  for (const auto& c : made["cases"]) accepted += c["want"] == "ok" ? 1U : 0U;
  EXPECT_GT(accepted, 0U);
  EXPECT_LT(accepted, made["cases"].size());
}

TEST(OwnVectorsTest, Leaf) {
  check_both_outcomes(testing::leaf_vectors());
  check_file("leaf.json", testing::leaf_vectors());
}

TEST(OwnVectorsTest, Commitment) { check_file("commitment.json", testing::commitment_vectors()); }

TEST(OwnVectorsTest, BodyBundle) {
  check_both_outcomes(testing::body_bundle_vectors());
  check_file("body-bundle.json", testing::body_bundle_vectors());
}

TEST(OwnVectorsTest, Proof) {
  check_both_outcomes(testing::proof_vectors());
  check_file("proof.json", testing::proof_vectors());
}

TEST(OwnVectorsTest, Policy) {
  check_both_outcomes(testing::policy_vectors());
  check_file("policy.json", testing::policy_vectors());
}

TEST(OwnVectorsTest, Request) {
  check_both_outcomes(testing::request_vectors());
  check_file("request.json", testing::request_vectors());
}

}  // namespace
}  // namespace dure
