// SPDX-License-Identifier: Apache-2.0
// Wycheproof ECDSA over P-256: malleable, truncated, non-canonical and otherwise strange
// signatures, as two numbers (our cosignatures) and as DER (our notes). What we refuse beyond
// Wycheproof is a valid signature whose s is the larger of two, and that is checked too.
#include "dure/key.h"
#include "shared_vectors.h"

namespace dure {
namespace {

using nlohmann::json;

constexpr std::string_view kHalfOrder =
    "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8";

struct Counts {
  std::size_t cases = 0, valid = 0, large = 0;
};

template <class Check>
Counts each_case(const char* form, KeyType type, const Check& check) {
  Counts counts;
  const json file = testing::read_json(std::filesystem::path(DURE_SOURCE_DIR) /
                                       "tests/vectors/wycheproof-p256.json");
  for (const json& group : file[form]) {
    const auto key =
        VerifierKey::make("wycheproof", type, *hex_decode(group["key"].get<std::string>()));
    EXPECT_TRUE(key) << group["key"];
    if (!key) continue;
    for (const json& test : group["tests"]) {
      const Bytes message = *hex_decode(test[1].get<std::string>());
      const Bytes signature = *hex_decode(test[2].get<std::string>());
      check(*key, message, signature, test, counts);
      ++counts.cases;
      if (test[3].get<bool>()) ++counts.valid;
    }
  }
  return counts;
}

bool is_large(std::string_view numbers) { return hex_encode(numbers.substr(32)) > kHalfOrder; }

TEST(P256VectorsTest, WycheproofAsTwoNumbers) {
  const auto counts =
      each_case("p1363", KeyType::kCosignatureP256,
                [](const VerifierKey& key, const Bytes& message, const Bytes& signature,
                   const json& test, Counts& seen) {
                  const bool valid = test[3].get<bool>();
                  const bool large = valid && is_large(signature);
                  EXPECT_EQ(key.verify(message, signature), valid && !large) << "tcId " << test[0];
                  if (!valid) return;
                  // The other spelling is the one that counts.
                  const auto smaller = p256_signature(KeyType::kCosignatureP256, signature);
                  ASSERT_TRUE(smaller) << "tcId " << test[0];
                  EXPECT_EQ(*smaller == signature, !large) << "tcId " << test[0];
                  EXPECT_TRUE(key.verify(message, *smaller)) << "tcId " << test[0];
                  if (large) ++seen.large;
                });
  EXPECT_EQ(counts.cases, 262U);
  EXPECT_EQ(counts.valid, 173U);
  EXPECT_GT(counts.large, 50U) << "so that refusing them was really tried";
}

TEST(P256VectorsTest, WycheproofAsDer) {
  const auto counts = each_case("der", KeyType::kEcdsaP256,
                                [](const VerifierKey& key, const Bytes& message,
                                   const Bytes& signature, const json& test, Counts& seen) {
                                  const bool accepted = key.verify(message, signature);
                                  if (!test[3].get<bool>()) {
                                    EXPECT_FALSE(accepted) << "tcId " << test[0];
                                  } else {
                                    if (!accepted) ++seen.large;  // as above, and no other
                                  }
                                });
  EXPECT_EQ(counts.cases, 484U);
  EXPECT_EQ(counts.valid, 174U);
  EXPECT_GT(counts.large, 50U);
  EXPECT_LT(counts.large, 120U);
}

}  // namespace
}  // namespace dure
