// SPDX-License-Identifier: Apache-2.0
// Part of a bundle whose leaves are proven, and the check that proves them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "dure/entry.h"
#include "replication/ports.h"

namespace dure::node {

/// Consecutive proven leaves, with what the next steps need of them.
struct ProvenLeaves {
  std::uint64_t first = 0;
  std::vector<std::string> leaves;
  std::vector<Hash> hashes;
  std::vector<Hash> commitments;
  std::vector<std::uint64_t> sizes;  // as the leaves tell them
};

std::vector<Hash> hash_leaves(std::span<const std::string> leaves);

/// Parses leaves that are already proven to be in the log.
/// Errors, both the log's own doing: kInvalid (a leaf that breaks the leaf's rules), kUnsupported
/// (a leaf of a later version: this program needs an update).
Result<ProvenLeaves> read_proven(std::uint64_t first, std::vector<std::string> leaves);

/// Proves a full bundle by its root, then reads it. Errors: kBadProof, and those of read_proven.
Result<ProvenLeaves> prove_bundle(std::uint64_t first, std::vector<std::string> leaves,
                                  const Hash& root);

/// Puts a body into `entry` if it is the one `commitment` names. Errors: kBadCommitment; kInvalid
/// if it is, and its leaf tells another `size`: no proof of that entry would ever verify.
Status accept_body(MirroredEntry& entry, const BodyView& body, const Hash& commitment,
                   std::uint64_t size);

/// True for the errors above that only the publisher can have caused.
bool is_log_fault(const Error& error);

}  // namespace dure::node
