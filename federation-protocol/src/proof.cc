// SPDX-License-Identifier: Apache-2.0
// C2SP tlog-proof and the offline verification of one entry. Spec: PROTOCOL.md §8.
#include "dure/proof.h"

#include <algorithm>

#include "lines.h"

namespace dure {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";

Error malformed(const std::string& detail) {
  return Error{ErrorCode::kMalformed, "proof: " + detail};
}

struct Committed {
  Salt salt;
  std::string_view leaf;
};

/// Our use of `extra`: salt[32] || leaf.
Result<Committed> split_extra(const TlogProof& proof) {
  if (!proof.extra || proof.extra->size() <= kSaltBytes)
    return malformed("no salt and leaf in extra");
  const std::string_view extra = *proof.extra;
  Committed committed{{}, extra.substr(kSaltBytes)};
  std::copy_n(extra.begin(), kSaltBytes, committed.salt.begin());
  return committed;
}

/// That the leaf promises exactly this body.
Status check_body(const Leaf& leaf, std::string_view body, const Salt& salt) {
  if (body.size() > kMaxBodyBytes) return Error{ErrorCode::kTooLarge, "the body is over 64 KiB"};
  if (auto checked = check_commitment(body, salt, leaf.commitment); !checked) return checked;
  if (leaf.size != size_bucket(body.size())) {
    return Error{ErrorCode::kBadCommitment, "the leaf tells another size than its body has"};
  }
  return ok();
}

}  // namespace

Result<TlogProof> parse_proof(std::string_view bytes) {
  if (bytes.size() > kMaxProofBytes) return Error{ErrorCode::kTooLarge, "proof: over 128 KiB"};
  TlogProof proof;
  std::string_view line;
  if (!take_line(bytes, line) || line != kHeader)
    return malformed("does not start with c2sp.org/tlog-proof@v1");
  if (!take_line(bytes, line)) return malformed("no index line");
  if (take_prefix(line, "extra ")) {
    auto extra = base64_decode(line);
    if (!extra || extra->empty()) return malformed("bad extra data");
    proof.extra = *std::move(extra);
    if (!take_line(bytes, line)) return malformed("no index line");
  }
  const auto index =
      take_prefix(line, "index ") ? parse_decimal(line) : Result<std::uint64_t>(malformed(""));
  if (!index) return malformed("bad index line");
  proof.index = *index;
  if (auto path = take_hashes(bytes, kMaxProofHashes, proof.path); !path)
    return malformed(path.error().detail);
  if (bytes.empty()) return malformed("no checkpoint");
  proof.checkpoint = bytes;
  return proof;
}

std::string format_proof(const TlogProof& proof) {
  std::string out(kHeader);
  out += "\n";
  if (proof.extra) out += "extra " + base64_encode(*proof.extra) + "\n";
  out += "index " + std::to_string(proof.index) + "\n";
  for (const Hash& hash : proof.path) out += base64_encode(as_view(hash)) + "\n";
  return out + "\n" + proof.checkpoint;
}

Result<VerifiedEntry> verify_entry(const TlogProof& proof, std::string_view body,
                                   const Policy& policy) {
  const auto committed = split_extra(proof);
  if (!committed) return committed.error();
  auto leaf = parse_leaf(committed->leaf);
  if (!leaf) return std::move(leaf).error();
  if (auto checked = check_body(*leaf, body, committed->salt); !checked)
    return std::move(checked).error();

  auto verdict = verify_checkpoint(proof.checkpoint, policy);
  if (!verdict) return std::move(verdict).error();
  const Checkpoint& head = verdict->head.checkpoint;
  const auto included =
      verify_inclusion(proof.index, head.size, hash_leaf(committed->leaf), proof.path, head.root);
  if (!included) return included.error();
  return VerifiedEntry{*std::move(leaf), head, proof.index, std::move(verdict->cosigners)};
}

}  // namespace dure
