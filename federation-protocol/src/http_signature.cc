// SPDX-License-Identifier: Apache-2.0
// Spec: PROTOCOL.md §20; RFC 9421, RFC 9530. The fields are RFC 9651 dictionaries, of which exactly
// one spelling is accepted: what two parsers could read in two ways is never asked of one.
#include "dure/http_signature.h"

#include <algorithm>
#include <cstdlib>

#include "p256.h"
#include "structured_field.h"

namespace dure {
namespace {

constexpr std::string_view kLabel = "dure=";
constexpr std::string_view kComponents = R"(("@method" "@authority" "@path" "@query"))";
constexpr std::string_view kComponentsWithContent =
    R"(("@method" "@authority" "@path" "@query" "content-digest" "content-type"))";
constexpr std::string_view kRequest = "/request";
constexpr std::size_t kIdDigits = 8;
constexpr std::size_t kMaxAlgorithm = 32;

Error malformed(std::string_view what) {
  return {ErrorCode::kMalformed, "signed request: " + std::string(what)};
}

bool is_nonce(std::string_view text) {
  const auto base64url = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return text.size() >= kMinNonce && text.size() <= kMaxNonce &&
         std::all_of(text.begin(), text.end(), base64url);
}

bool is_algorithm(std::string_view text) {
  return !text.empty() && text.size() <= kMaxAlgorithm &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

std::string hex_id(std::uint32_t id) {
  Bytes bytes;
  append_u32be(bytes, id);
  return hex_encode(bytes);
}

std::string_view components(bool with_content) {
  return with_content ? kComponentsWithContent : kComponents;
}

/// The inner list with its parameters: the value of "@signature-params".
std::string format_parameters(const SignatureInput& input) {
  return std::string(components(input.with_content)) + ";created=" + std::to_string(input.created) +
         ";nonce=" + format_string(input.nonce) +
         ";keyid=" + format_string(input.member + "/" + hex_id(input.key_id)) +
         ";alg=" + format_string(input.algorithm) + ";tag=" + format_string(kSignatureTag);
}

/// `<member>/<8 hex digits>`.
Status read_key_id(std::string_view text, SignatureInput& input) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos || slash == 0)
    return malformed("keyid names no member's key");
  const auto id = hex_decode(text.substr(slash + 1));
  if (text.size() - slash - 1 != kIdDigits || !id) return malformed("keyid names no member's key");
  input.member = text.substr(0, slash);
  if (!is_key_name(input.member)) return malformed("keyid names no member");
  std::string_view bytes = *id;
  input.key_id = *take_u32be(bytes);
  return ok();
}

/// Takes `;<name>=` and the string after it.
Result<std::string> take_parameter(std::string_view& in, std::string_view name) {
  if (!take_text(in, ";") || !take_text(in, name) || !take_text(in, "="))
    return malformed("the parameter " + std::string(name) + " does not stand where it must");
  auto value = take_string(in);
  if (!value) return malformed("the parameter " + std::string(name) + " is no string");
  return value;
}

/// SPEC: RFC 9421 §3.3.4: r ‖ s. Signatures of notes by such keys are DER.
std::optional<Bytes> as_request_signature(KeyType type, Bytes signature) {
  return type == KeyType::kEcdsaP256 ? p256_from_der(signature) : std::move(signature);
}

/// Either s will do here: other people's libraries do not care which, and a request counts once.
bool verify_signature(const VerifierKey& key, std::string_view base, std::string_view signature) {
  if (key.type() != KeyType::kEcdsaP256) return key.verify(base, signature);
  const auto numbers = p256_normalise(signature);
  return numbers && key.verify(base, p256_to_der(*numbers));
}

Status check_size(std::string_view field) {
  if (field.size() <= kMaxSignatureField) return ok();
  return Error{ErrorCode::kTooLarge, "signed request: a field of more than 1024 bytes"};
}

}  // namespace

std::string format_signature_input(const SignatureInput& input) {
  return std::string(kLabel) + format_parameters(input);
}

Result<SignatureInput> parse_signature_input(std::string_view field) {
  if (auto fits = check_size(field); !fits) return std::move(fits).error();
  std::string_view in = field;
  if (!take_text(in, kLabel)) return malformed("Signature-Input does not begin with dure=");
  SignatureInput input;
  input.with_content = take_text(in, kComponentsWithContent);
  if (!input.with_content && !take_text(in, kComponents))
    return malformed("other components are covered than the profile names");
  if (!take_text(in, ";created=")) return malformed("created does not follow the components");
  const auto created = take_integer(in);
  if (!created) return malformed("created is no number of seconds");
  input.created = *created;
  auto nonce = take_parameter(in, "nonce");
  if (!nonce) return std::move(nonce).error();
  if (!is_nonce(*nonce)) return malformed("the nonce is not 22 to 64 characters of base64url");
  input.nonce = *std::move(nonce);
  const auto key = take_parameter(in, "keyid");
  if (!key) return key.error();
  if (auto read = read_key_id(*key, input); !read) return std::move(read).error();
  auto algorithm = take_parameter(in, "alg");
  if (!algorithm) return std::move(algorithm).error();
  if (!is_algorithm(*algorithm)) return malformed("alg names no algorithm");
  input.algorithm = *std::move(algorithm);
  const auto tag = take_parameter(in, "tag");
  if (!tag) return tag.error();
  if (*tag != kSignatureTag)
    return Error{ErrorCode::kUnsupported, "signed request: another tag than dure-1"};
  if (!in.empty()) return malformed("Signature-Input holds more than one signature");
  return input;
}

std::string format_signature_field(std::string_view signature) {
  return std::string(kLabel) + format_bytes(signature);
}

Result<Bytes> parse_signature_field(std::string_view field) {
  if (auto fits = check_size(field); !fits) return std::move(fits).error();
  std::string_view in = field;
  if (!take_text(in, kLabel)) return malformed("Signature does not begin with dure=");
  auto bytes = take_bytes_item(in);
  if (!bytes || !in.empty()) return malformed("Signature holds something else than one signature");
  return bytes;
}

std::string signature_base(const RequestParts& parts, const SignatureInput& input) {
  if (parts.content.has_value() != input.with_content) std::abort();
  std::string base;
  const auto add = [&](std::string_view name, std::string_view value) {
    base.append("\"").append(name).append("\": ").append(value) += '\n';
  };
  add("@method", parts.method);
  add("@authority", parts.authority);
  add("@path", parts.path);
  add("@query", parts.query);
  if (parts.content) {
    add("content-digest", parts.content->digest);
    add("content-type", parts.content->type);
  }
  return base + "\"@signature-params\": " + format_parameters(input);
}

std::string_view request_algorithm(KeyType type) {
  switch (type) {
    case KeyType::kEd25519:
      return "ed25519";
    case KeyType::kEcdsaP256:
      return "ecdsa-p256-sha256";
    case KeyType::kCosignatureV1:
    case KeyType::kCosignatureP256:
      return {};
  }
  return {};
}

Result<SignatureFields> sign_request(const RequestParts& parts, std::int64_t created,
                                     std::string nonce, const Signer& signer) {
  const VerifierKey& key = signer.verifier();
  SignatureInput input;
  input.algorithm = request_algorithm(key.type());
  if (input.algorithm.empty())
    return Error{ErrorCode::kUnsupported, "a key of this type signs no requests"};
  if (!key.name().ends_with(kRequest)) return malformed("the key is no member's request key");
  if (!is_nonce(nonce) || created < 0) return malformed("a bad nonce or time");
  input.with_content = parts.content.has_value();
  input.created = created;
  input.nonce = std::move(nonce);
  input.member = key.name().substr(0, key.name().size() - kRequest.size());
  input.key_id = key.id();
  auto made = signer.sign(signature_base(parts, input));
  if (!made) return std::move(made).error();
  const auto signature = as_request_signature(key.type(), *std::move(made));
  if (!signature) return Error{ErrorCode::kInternal, "the signer made no signature"};
  return SignatureFields{format_signature_input(input), format_signature_field(*signature)};
}

Status verify_request(const RequestParts& parts, const SignatureInput& input,
                      std::string_view signature, const VerifierKey& key) {
  // SPEC: RFC 9421 §7.3.6: the key decides which algorithm it is, not the message.
  if (key.id() != input.key_id || key.name() != input.member + std::string(kRequest) ||
      request_algorithm(key.type()).empty() || input.algorithm != request_algorithm(key.type()))
    return Error{ErrorCode::kUnknownKey, "signed request: by another key than the one named"};
  if (parts.content.has_value() != input.with_content)
    return Error{ErrorCode::kBadSignature, "signed request: its content is not covered"};
  if (!verify_signature(key, signature_base(parts, input), signature))
    return Error{ErrorCode::kBadSignature, "signed request: the signature does not verify"};
  return ok();
}

Status check_created(std::int64_t created, std::int64_t now) {
  if (created >= now - kSignatureMaxAge && created <= now + kSignatureMaxAhead) return ok();
  return Error{ErrorCode::kRefused, "signed request: created too long ago, or in the future"};
}

std::string accept_signature(bool with_content) {
  return std::string(kLabel) + std::string(components(with_content)) +
         ";created;nonce;keyid;alg;tag=" + format_string(kSignatureTag);
}

std::string canonical_authority(std::string_view host_and_port, bool https) {
  const std::string_view own_port = https ? ":443" : ":80";
  if (host_and_port.ends_with(own_port)) host_and_port.remove_suffix(own_port.size());
  std::string out(host_and_port);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

}  // namespace dure
