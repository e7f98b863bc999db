// SPDX-License-Identifier: Apache-2.0
#include "replication/bundle_verify.h"

#include <algorithm>

namespace dure::node {
namespace {

/// Its hash is under the signed root: the publisher made it so, and no other peer can have a better
/// one.
Error fault_of(std::uint64_t index, const Error& error) {
  const std::string which = "the log's leaf " + std::to_string(index) + ": " + error.detail;
  if (error.code != ErrorCode::kUnsupported) return {ErrorCode::kInvalid, which};
  return {ErrorCode::kUnsupported,
          which + "; this node needs an upgrade",
          "replication.upgrade",
          {{"index", std::to_string(index)}}};
}

Result<ProvenLeaves> read(std::uint64_t first, std::vector<std::string> leaves,
                          std::vector<Hash> hashes) {
  ProvenLeaves proven;
  proven.first = first;
  proven.commitments.reserve(leaves.size());
  proven.sizes.reserve(leaves.size());
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const auto leaf = parse_leaf(leaves[i]);
    if (!leaf) return fault_of(first + i, leaf.error());
    proven.commitments.push_back(leaf->commitment);
    proven.sizes.push_back(leaf->size);
  }
  proven.leaves = std::move(leaves);
  proven.hashes = std::move(hashes);
  return proven;
}

}  // namespace

std::vector<Hash> hash_leaves(std::span<const std::string> leaves) {
  std::vector<Hash> hashes;
  hashes.reserve(leaves.size());
  for (const auto& leaf : leaves) hashes.push_back(hash_leaf(leaf));
  return hashes;
}

Result<ProvenLeaves> read_proven(std::uint64_t first, std::vector<std::string> leaves) {
  auto hashes = hash_leaves(leaves);
  return read(first, std::move(leaves), std::move(hashes));
}

Result<ProvenLeaves> prove_bundle(std::uint64_t first, std::vector<std::string> leaves,
                                  const Hash& root) {
  auto hashes = hash_leaves(leaves);
  if (tree_root(hashes) != root) {
    return Error{ErrorCode::kBadProof,
                 "entry bundle " + std::to_string(first / kTileWidth) + " is not under the root"};
  }
  return read(first, std::move(leaves), std::move(hashes));
}

Status accept_body(MirroredEntry& entry, const BodyView& body, const Hash& commitment,
                   std::uint64_t size) {
  Salt salt;
  if (body.salt.size() != salt.size()) return Error{ErrorCode::kBadCommitment, "salt"};
  std::copy(body.salt.begin(), body.salt.end(), salt.begin());
  if (auto checked = check_commitment(body.body, salt, commitment); !checked) return checked;
  if (size != size_bucket(body.body.size()))
    return Error{ErrorCode::kInvalid, "the leaf tells another size than its body has"};
  entry.salt = salt;
  entry.body = std::string(body.body);
  return ok();
}

bool is_log_fault(const Error& error) {
  return error.code == ErrorCode::kInvalid || error.code == ErrorCode::kUnsupported;
}

}  // namespace dure::node
