// SPDX-License-Identifier: Apache-2.0
// C2SP tlog-proof: an entry's inclusion in a signed head, verifiable offline.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dure/checkpoint.h"
#include "dure/commitment.h"
#include "dure/entry.h"
#include "dure/merkle.h"
#include "dure/policy.h"

namespace dure {

inline constexpr std::size_t kMaxProofBytes = 128 * 1024;
inline constexpr std::size_t kMaxProofHashes = 63;

struct TlogProof {
  std::optional<Bytes> extra;  // ours: salt[32] || leaf
  std::uint64_t index = 0;
  std::vector<Hash> path;
  std::string checkpoint;  // the note, verbatim
};

/// Errors: kMalformed, kTooLarge. format_proof(parse_proof(x)) == x.
Result<TlogProof> parse_proof(std::string_view bytes);
std::string format_proof(const TlogProof& proof);

/// What a successful verification established.
struct VerifiedEntry {
  Leaf leaf;
  Checkpoint checkpoint;
  std::uint64_t index = 0;
  std::vector<std::string> cosigners;  // names whose cosignatures verified
};

/// Verifies that `body` is what the log named in the checkpoint published at the proof's index,
/// under `policy`.
///
/// Errors: kMalformed, kBadCommitment, kUnknownKey, kBadSignature, kRefused (quorum not met),
/// kBadProof. Spec:   PROTOCOL.md §8.
Result<VerifiedEntry> verify_entry(const TlogProof& proof, std::string_view body,
                                   const Policy& policy);

}  // namespace dure
