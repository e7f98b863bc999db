// SPDX-License-Identifier: Apache-2.0
// What the tests of the protocol share: fixed keys, small logs, and a readable outcome of a Result.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "dure/checkpoint.h"
#include "dure/commitment.h"
#include "dure/entry.h"
#include "dure/key.h"
#include "dure/merkle.h"
#include "dure/policy.h"
#include "dure/proof.h"

namespace dure::testing {

inline constexpr std::string_view kOrigin = "suwon.go.kr/dure/1";

/// "ok" or the error's wire name.
template <class T>
std::string outcome(const Result<T>& result) {
  return result ? "ok" : std::string(error_name(result.error().code));
}

/// A signer whose seed is 32 times `seed_byte`. For tests only, as everybody knows its seed.
inline std::unique_ptr<Signer> signer(std::string_view name, KeyType type, std::uint8_t seed_byte) {
  Secret<32> seed;
  std::fill_n(seed.data(), 32, seed_byte);
  return *make_signer(std::string(name), type, seed);
}

inline std::unique_ptr<Signer> log_signer() { return signer(kOrigin, KeyType::kEd25519, 1); }
inline std::unique_ptr<Signer> witness_signer() {
  return signer("witness.example/w1", KeyType::kCosignatureV1, 2);
}

inline Salt salt_of(std::uint8_t byte) {
  Salt salt;
  salt.fill(byte);
  return salt;
}

inline Leaf sample_leaf(std::string_view body, const Salt& salt) {
  Leaf leaf;
  leaf.type = "service";
  leaf.id = "aaaaaaaaaaaaaaaaaaaaaaaaae";
  leaf.commitment = commit(body, salt);
  leaf.size = size_bucket(body.size());
  leaf.time = "2026-11-22T09:00:00Z";
  return leaf;
}

/// `count` leaf hashes that differ.
inline std::vector<Hash> numbered_leaf_hashes(std::uint64_t count) {
  std::vector<Hash> hashes;
  for (std::uint64_t i = 0; i < count; ++i)
    hashes.push_back(hash_leaf("entry " + std::to_string(i)));
  return hashes;
}

/// Reads nodes of the tree over `leaf_hashes`, which must outlive it.
inline NodeReader nodes_of(const std::vector<Hash>& leaf_hashes) {
  return [&leaf_hashes](unsigned level, std::uint64_t index) -> Result<Hash> {
    const std::size_t width = std::size_t{1} << level;
    if ((index + 1) * width > leaf_hashes.size())
      return Error{ErrorCode::kInternal, "asked for a node that is not there"};
    return tree_root(std::span(leaf_hashes).subspan(index * width, width));
  };
}

/// Everything that proves entry 2 of a five-entry log, cosigned by one witness that the policy
/// requires.
struct ProvenEntry {
  std::string body = R"({"title":{"ko":"청년 주거 지원"}})";
  Salt salt = salt_of(7);
  TlogProof proof;
  Policy policy;
};

inline ProvenEntry proven_entry() {
  ProvenEntry made;
  const std::string leaf = format_leaf(sample_leaf(made.body, made.salt));
  std::vector<Hash> leaf_hashes = numbered_leaf_hashes(5);
  leaf_hashes[2] = hash_leaf(leaf);
  auto head = *sign_checkpoint({std::string(kOrigin), 5, tree_root(leaf_hashes)}, *log_signer());
  head.note.signatures.push_back(*cosign(head.note.text, *witness_signer(), 1'795'000'000));
  made.proof.extra = Bytes(as_view(made.salt)) + leaf;
  made.proof.index = 2;
  made.proof.path = *prove_inclusion(2, 5, nodes_of(leaf_hashes));
  made.proof.checkpoint = format_note(head.note);
  made.policy.logs.push_back({log_signer()->verifier(), ""});
  made.policy.witnesses.push_back({"w1", witness_signer()->verifier(), ""});
  made.policy.quorum = "w1";
  return made;
}

}  // namespace dure::testing
