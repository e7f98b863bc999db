// SPDX-License-Identifier: Apache-2.0
// Wycheproof Ed25519: malleable, truncated, non-canonical and otherwise strange signatures.
#include "dure/key.h"
#include "shared_vectors.h"

namespace dure {
namespace {

using nlohmann::json;

bool accepts(const Bytes& public_key, const json& test) {
  const auto key = VerifierKey::make("wycheproof", KeyType::kEd25519, public_key);
  return key && key->verify(*hex_decode(test["msg"].get<std::string>()),
                            *hex_decode(test["sig"].get<std::string>()));
}

TEST(Ed25519VectorsTest, Wycheproof) {
  const auto path = testing::shared_vectors() / "wycheproof/ed25519_test.json";
  DURE_NEED_VECTORS(path);
  std::size_t cases = 0;
  const json file = testing::read_json(path);
  for (const json& group : file["testGroups"]) {
    const Bytes public_key = *hex_decode(group["publicKey"]["pk"].get<std::string>());
    for (const json& test : group["tests"]) {
      EXPECT_EQ(accepts(public_key, test), test["result"] == "valid")
          << "tcId " << test["tcId"] << " " << test["comment"];
      ++cases;
    }
  }
  EXPECT_EQ(cases, 151U);
}

}  // namespace
}  // namespace dure
