// SPDX-License-Identifier: Apache-2.0
// transparency-dev/merkle: inclusion and consistency proofs, good and bad.
#include <vector>

#include "dure/merkle.h"
#include "shared_vectors.h"

namespace dure {
namespace {

using nlohmann::json;

/// A hash of another length cannot even be said in our types: that is a refusal too.
std::optional<Hash> hash_of(const json& text) {
  const auto hash = base64_decode_hash(text.get<std::string>());
  return hash ? std::optional<Hash>(*hash) : std::nullopt;
}

std::optional<std::vector<Hash>> proof_of(const json& list) {
  std::vector<Hash> proof;
  if (list.is_null()) return proof;
  for (const json& text : list) {
    const auto hash = hash_of(text);
    if (!hash) return std::nullopt;
    proof.push_back(*hash);
  }
  return proof;
}

bool accepts_inclusion(const json& c) {
  const auto root = hash_of(c["root"]);
  const auto leaf = hash_of(c["leafHash"]);
  const auto path = proof_of(c["proof"]);
  return root && leaf && path &&
         verify_inclusion(c["leafIdx"].get<std::uint64_t>(), c["treeSize"].get<std::uint64_t>(),
                          *leaf, *path, *root);
}

bool accepts_consistency(const json& c) {
  const auto root1 = hash_of(c["root1"]);
  const auto root2 = hash_of(c["root2"]);
  const auto proof = proof_of(c["proof"]);
  return root1 && root2 && proof &&
         verify_consistency(c["size1"].get<std::uint64_t>(), c["size2"].get<std::uint64_t>(),
                            *root1, *root2, *proof);
}

/// One accepted case has roots of 12 bytes, which only a verifier that never looks at them can
/// take.
bool can_be_said(const json& c) {
  return !c.contains("root1") || (hash_of(c["root1"]) && hash_of(c["root2"]));
}

template <class Accepts>
void run_folder(const std::filesystem::path& folder, std::size_t expected, Accepts accepts) {
  std::size_t cases = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.path().extension() != ".json") continue;
    const json c = testing::read_json(file.path());
    EXPECT_EQ(accepts(c), !c["wantErr"].get<bool>() && can_be_said(c)) << file.path();
    ++cases;
  }
  EXPECT_EQ(cases, expected);
}

TEST(MerkleVectorsTest, Inclusion) {
  const auto folder = testing::shared_vectors() / "rfc6962-merkle/testdata/inclusion";
  DURE_NEED_VECTORS(folder);
  run_folder(folder, 98, accepts_inclusion);
}

TEST(MerkleVectorsTest, Consistency) {
  const auto folder = testing::shared_vectors() / "rfc6962-merkle/testdata/consistency";
  DURE_NEED_VECTORS(folder);
  run_folder(folder, 98, accepts_consistency);
}

}  // namespace
}  // namespace dure
