// SPDX-License-Identifier: Apache-2.0
// Spec: RFC 9530. A valid signature says nothing about the content until this was recomputed.
#include <sodium.h>

#include <set>

#include "dure/http_signature.h"
#include "structured_field.h"

namespace dure {
namespace {

Error malformed() { return {ErrorCode::kMalformed, "Content-Digest: not a list of digests"}; }

std::string sha512(std::string_view content) {
  std::string hash(crypto_hash_sha512_BYTES, '\0');
  (void)crypto_hash_sha512(reinterpret_cast<unsigned char*>(hash.data()),
                           reinterpret_cast<const unsigned char*>(content.data()), content.size());
  return hash;
}

/// Whether a digest of a known algorithm is that of `content`.
bool matches(std::string_view algorithm, std::string_view digest, std::string_view content) {
  if (algorithm == "sha-256") return as_view(sha256({content})) == digest;
  if (algorithm == "sha-512") return sha512(content) == digest;
  return true;
}

}  // namespace

std::string content_digest(std::string_view content) {
  return "sha-256=" + format_bytes(as_view(sha256({content})));
}

Status check_content_digest(std::string_view field, std::string_view content) {
  if (field.size() > kMaxSignatureField)
    return Error{ErrorCode::kTooLarge, "Content-Digest: more than 1024 bytes"};
  std::set<std::string_view> seen;
  bool right = true;
  while (true) {
    const auto algorithm = take_member_key(field);
    if (!algorithm) return malformed();
    const auto digest = take_bytes_item(field);
    // SPEC: of two members with one key a dictionary keeps the last; a signer meant one of them.
    if (!digest || !seen.insert(*algorithm).second) return malformed();
    right = matches(*algorithm, *digest, content) && right;
    if (field.empty()) break;
    if (!take_text(field, ", ")) return malformed();
  }
  if (!seen.contains("sha-256")) return malformed();
  if (!right) return Error{ErrorCode::kBadSignature, "Content-Digest: of another content"};
  return ok();
}

}  // namespace dure
