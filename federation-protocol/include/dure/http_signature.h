// SPDX-License-Identifier: Apache-2.0
// Signed requests: the profile `dure-1` of RFC 9421. One spelling, one set of components, one set
// of parameters. Spec: PROTOCOL.md §20.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dure/key.h"

namespace dure {

inline constexpr std::string_view kSignatureTag = "dure-1";
inline constexpr std::int64_t kSignatureMaxAge = 300;   // seconds that `created` may lie back
inline constexpr std::int64_t kSignatureMaxAhead = 60;  // and ahead
inline constexpr std::int64_t kNonceMemory = 600;       // seconds for which a nonce is remembered
inline constexpr std::size_t kMaxSignatureField = 1024;
inline constexpr std::size_t kMinNonce = 22, kMaxNonce = 64;  // characters of base64url

/// What is signed of the content of a request.
struct CoveredContent {
  std::string digest;  // the field Content-Digest
  std::string type;    // the field Content-Type
};

/// What is signed of a request. Shape: nothing here holds a line break.
struct RequestParts {
  std::string method;     // as sent
  std::string authority;  // as canonical_authority gives it
  std::string path;       // as sent, not decoded; at least "/"
  std::string query;      // with its question mark, which stands alone where there is no query
  std::optional<CoveredContent> content = {};  // exactly if the request has content
};

/// The field Signature-Input.
///
/// dure=("@method" "@authority" "@path" "@query");created=1795392000;nonce="…";
/// keyid="suwon.go.kr/dure/1a2b3c4d";alg="ed25519";tag="dure-1"
struct SignatureInput {
  bool with_content = false;  // "content-digest" "content-type" are covered too
  std::int64_t created = 0;   // POSIX seconds, as the signer's clock said
  std::string nonce;          // kMinNonce to kMaxNonce of base64url
  std::string member;         // in the charter
  std::uint32_t key_id = 0;   // of the member's request key
  std::string algorithm;
};

/// `input` must hold what parse_signature_input accepts.
std::string format_signature_input(const SignatureInput& input);
/// Errors: kMalformed (every other spelling), kTooLarge, kUnsupported (another tag).
/// format_signature_input(parse_signature_input(x)) == x.
Result<SignatureInput> parse_signature_input(std::string_view field);

/// The field Signature: `dure=:<base64>:`.
std::string format_signature_field(std::string_view signature);
/// Errors: kMalformed, kTooLarge.
Result<Bytes> parse_signature_field(std::string_view field);

/// RFC 9421 §2.5. `parts` has content exactly if `input` covers it (else abort).
std::string signature_base(const RequestParts& parts, const SignatureInput& input);

/// The `alg` of signatures by keys of this type; empty if they sign no requests. The one place that
/// knows which algorithms there are.
std::string_view request_algorithm(KeyType type);

struct SignatureFields {
  std::string input;      // Signature-Input
  std::string signature;  // Signature
};
/// Signs `parts` with the member's request key, named `<member>/request`.
/// Errors: kUnsupported (such a key signs no requests), kMalformed (its name, the nonce), the
/// signer's.
Result<SignatureFields> sign_request(const RequestParts& parts, std::int64_t created,
                                     std::string nonce, const Signer& signer);

/// Whether `signature` over `parts` is by `key`, whose id and member `input` names. Says nothing of
/// time, nonce or content. Errors: kUnknownKey (another key or algorithm), kBadSignature (also:
/// content that is not covered).
Status verify_request(const RequestParts& parts, const SignatureInput& input,
                      std::string_view signature, const VerifierKey& key);
/// Errors: kRefused unless `created` lies within the window around `now`.
Status check_created(std::int64_t created, std::int64_t now);

/// `sha-256=:<base64>:`, the field Content-Digest of RFC 9530.
std::string content_digest(std::string_view content);
/// Recomputes the digests. A field without sha-256 is refused, unknown algorithms are passed over.
/// Errors: kMalformed, kTooLarge, kBadSignature (another content).
Status check_content_digest(std::string_view field, std::string_view content);

/// The field Accept-Signature: which signature an answer 401 asks for.
std::string accept_signature(bool with_content);

/// A host with its port as it is signed: lower case, without the scheme's own port.
std::string canonical_authority(std::string_view host_and_port, bool https);

}  // namespace dure
