// SPDX-License-Identifier: Apache-2.0
// C2SP verifier keys and Ed25519 through libsodium, strict.
#include "dure/key.h"

#include <sodium.h>

#include <cstdlib>
#include <optional>

#include "utf8.h"

namespace dure {
namespace {

constexpr std::size_t kMaxNameBytes = 255;
constexpr std::size_t kPublicKeyBytes = crypto_sign_PUBLICKEYBYTES;
constexpr std::size_t kSignatureBytes = crypto_sign_BYTES;
constexpr std::size_t kIdDigits = 8;

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

void start_sodium() {
  static const int kStarted = sodium_init();
  if (kStarted < 0) std::abort();  // only without a source of randomness
}

/// SPEC: C2SP signed-note: the key id is the first four bytes of SHA-256(name || 0x0A || type ||
/// key).
std::uint32_t key_id(std::string_view name, std::string_view type_and_key) {
  const Hash hash = sha256({name, "\n", type_and_key});
  std::string_view bytes = as_view(hash);
  return *take_u32be(bytes);
}

std::string hex_id(std::uint32_t id) {
  Bytes bytes;
  append_u32be(bytes, id);
  return hex_encode(bytes);
}

std::string type_and_key(KeyType type, std::string_view public_key) {
  std::string out(1, static_cast<char>(type));
  out += public_key;
  return out;
}

std::optional<KeyType> known_type(char byte) {
  switch (static_cast<std::uint8_t>(byte)) {
    case 0x01:
      return KeyType::kEd25519;
    case 0x04:
      return KeyType::kCosignatureV1;
    default:
      return std::nullopt;
  }
}

class Ed25519Signer final : public Signer {
 public:
  Ed25519Signer(VerifierKey verifier, Secret<crypto_sign_SECRETKEYBYTES> secret)
      : verifier_(std::move(verifier)), secret_(std::move(secret)) {}

  const VerifierKey& verifier() const override { return verifier_; }

  Result<Bytes> sign(std::string_view message) const override {
    Bytes signature(kSignatureBytes, '\0');
    auto* out = reinterpret_cast<std::uint8_t*>(signature.data());
    if (crypto_sign_detached(out, nullptr, bytes_of(message), message.size(), secret_.data()) !=
        0) {
      return Error{ErrorCode::kInternal, "Ed25519 signing failed"};
    }
    return signature;
  }

 private:
  VerifierKey verifier_;
  Secret<crypto_sign_SECRETKEYBYTES> secret_;
};

}  // namespace

Result<VerifierKey> VerifierKey::parse(std::string_view vkey) {
  const Error malformed{ErrorCode::kMalformed, "not a verifier key: " + printable(vkey)};
  const std::size_t first = vkey.find('+');
  if (first == std::string_view::npos || vkey.size() < first + kIdDigits + 2) return malformed;
  const std::string_view name = vkey.substr(0, first);
  const std::string_view id = vkey.substr(first + 1, kIdDigits);
  if (vkey[first + 1 + kIdDigits] != '+' || !hex_decode(id)) return malformed;
  const auto encoded = base64_decode(vkey.substr(first + kIdDigits + 2));
  if (!encoded || encoded->empty() || !is_key_name(name)) return malformed;
  if (hex_id(key_id(name, *encoded)) != id) {
    return Error{ErrorCode::kMalformed,
                 "verifier key whose id belongs to another key: " + printable(vkey)};
  }
  const auto type = known_type(encoded->front());
  if (!type)
    return Error{ErrorCode::kUnsupported, "verifier key of an unknown type: " + printable(vkey)};
  return make(std::string(name), *type, std::string_view(*encoded).substr(1));
}

Result<VerifierKey> VerifierKey::make(std::string name, KeyType type, std::string_view public_key) {
  if (!is_key_name(name)) return Error{ErrorCode::kMalformed, "not a key name: " + printable(name)};
  if (public_key.size() != kPublicKeyBytes)
    return Error{ErrorCode::kMalformed, "an Ed25519 key has 32 bytes"};
  start_sodium();
  // Canonical encoding, on the curve, of prime order: anything else verifies differently in
  // different programs.
  if (crypto_core_ed25519_is_valid_point(bytes_of(public_key)) != 1) {
    return Error{ErrorCode::kBadSignature,
                 "an Ed25519 key that must not be used: " + printable(name)};
  }
  VerifierKey key;
  key.id_ = key_id(name, type_and_key(type, public_key));
  key.name_ = std::move(name);
  key.type_ = type;
  key.public_key_ = public_key;
  return key;
}

std::string VerifierKey::format() const {
  return name_ + "+" + hex_id(id_) + "+" + base64_encode(type_and_key(type_, public_key_));
}

std::string VerifierKey::fingerprint() const {
  const Hash hash = sha256({format()});
  const std::string digits = hex_encode(as_view(hash).substr(0, 10));
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 4) {
    if (i > 0) out += '-';
    out += digits.substr(i, 4);
  }
  return out;
}

bool VerifierKey::verify(std::string_view message, std::string_view signature) const {
  if (signature.size() != kSignatureBytes) return false;
  return crypto_sign_verify_detached(bytes_of(signature), bytes_of(message), message.size(),
                                     bytes_of(public_key_)) == 0;
}

Result<std::unique_ptr<Signer>> make_ed25519_signer(std::string name, KeyType type,
                                                    const Secret<32>& seed) {
  start_sodium();
  std::array<std::uint8_t, kPublicKeyBytes> public_key{};
  Secret<crypto_sign_SECRETKEYBYTES> secret;
  if (crypto_sign_seed_keypair(public_key.data(), secret.data(), seed.data()) != 0) {
    return Error{ErrorCode::kInternal, "Ed25519 key derivation failed"};
  }
  const std::string_view key_bytes(reinterpret_cast<const char*>(public_key.data()),
                                   public_key.size());
  auto verifier = VerifierKey::make(std::move(name), type, key_bytes);
  if (!verifier) return std::move(verifier).error();
  return std::unique_ptr<Signer>(
      std::make_unique<Ed25519Signer>(*std::move(verifier), std::move(secret)));
}

bool is_key_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes) return false;
  while (!name.empty()) {
    const Utf8Character next = first_character(name);
    if (!next.valid || next.code_point < 0x20 || next.code_point == 0x7F || next.code_point == U'+')
      return false;
    if (is_unicode_space(next.code_point)) return false;
    name.remove_prefix(next.length);
  }
  return true;
}

}  // namespace dure
