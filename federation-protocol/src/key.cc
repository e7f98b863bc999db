// SPDX-License-Identifier: Apache-2.0
// C2SP verifier keys; Ed25519 through libsodium, strict.
#include "dure/key.h"

#include <sodium.h>

#include <cstdlib>
#include <optional>

#include "p256.h"
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

std::uint32_t first_four(const Hash& hash) {
  std::string_view bytes = as_view(hash);
  return *take_u32be(bytes);
}

// A SubjectPublicKeyInfo of an uncompressed P-256 point is these bytes and then the point.
constexpr std::string_view kP256Info(
    "\x30\x59\x30\x13\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x08\x2A\x86\x48\xCE\x3D\x03"
    "\x01\x07\x03\x42\x00",
    26);
// What stands behind the type byte 0xFF, which C2SP leaves to everybody.
constexpr std::string_view kP256Cosignature = "dure.kr/cosignature-p256/v1\n";

/// SPEC: C2SP signed-note: the key id is the first four bytes of SHA-256(name || 0x0A || type ||
/// key); that of type 0x02 is of SHA-256(key) alone.
std::uint32_t key_id(std::string_view name, std::string_view type_and_key) {
  if (type_and_key.front() == static_cast<char>(KeyType::kEcdsaP256))
    return first_four(sha256({type_and_key.substr(1)}));
  return first_four(sha256({name, "\n", type_and_key}));
}

std::string hex_id(std::uint32_t id) {
  Bytes bytes;
  append_u32be(bytes, id);
  return hex_encode(bytes);
}

/// What stands between type byte and public key.
std::string_view key_prefix(KeyType type) {
  switch (type) {
    case KeyType::kEd25519:
    case KeyType::kCosignatureV1:
      return {};
    case KeyType::kEcdsaP256:
      return kP256Info;
    case KeyType::kCosignatureP256:
      return kP256Cosignature;
  }
  return {};
}

std::string type_and_key(KeyType type, std::string_view public_key) {
  std::string out(1, static_cast<char>(type));
  out += key_prefix(type);
  out += public_key;
  return out;
}

std::optional<KeyType> known_type(std::string_view type_and_key) {
  for (const KeyType type : {KeyType::kEd25519, KeyType::kEcdsaP256, KeyType::kCosignatureV1,
                             KeyType::kCosignatureP256}) {
    if (type_and_key.front() != static_cast<char>(type)) continue;
    if (type_and_key.substr(1).starts_with(key_prefix(type))) return type;
  }
  return std::nullopt;
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

class P256Signer final : public Signer {
 public:
  P256Signer(VerifierKey verifier, std::unique_ptr<P256PrivateKey> key)
      : verifier_(std::move(verifier)), key_(std::move(key)) {}

  const VerifierKey& verifier() const override { return verifier_; }

  Result<Bytes> sign(std::string_view message) const override {
    auto numbers = key_->sign(message);
    return numbers ? p256_signature(verifier_.type(), *numbers) : std::move(numbers);
  }

 private:
  VerifierKey verifier_;
  std::unique_ptr<P256PrivateKey> key_;
};

Status check_ed25519(std::string_view name, std::string_view public_key) {
  if (public_key.size() != kPublicKeyBytes)
    return Error{ErrorCode::kMalformed, "an Ed25519 key has 32 bytes"};
  start_sodium();
  // Canonical encoding, on the curve, of prime order: anything else verifies differently in
  // different programs.
  if (crypto_core_ed25519_is_valid_point(bytes_of(public_key)) == 1) return ok();
  return Error{ErrorCode::kBadSignature,
               "an Ed25519 key that must not be used: " + printable(name)};
}

bool verify_ed25519(std::string_view key, std::string_view message, std::string_view signature) {
  return signature.size() == kSignatureBytes &&
         crypto_sign_verify_detached(bytes_of(signature), bytes_of(message), message.size(),
                                     bytes_of(key)) == 0;
}

bool verify_der(const P256PublicKey& key, std::string_view message, std::string_view der) {
  const auto numbers = p256_from_der(der);
  return numbers && key.verify(message, *numbers);
}

}  // namespace

std::string_view suite_name(Suite suite) { return suite == Suite::kP256 ? "p256" : "ed25519"; }

Result<Suite> parse_suite(std::string_view name) {
  for (const Suite suite : {Suite::kEd25519, Suite::kP256}) {
    if (name == suite_name(suite)) return suite;
  }
  return Error{ErrorCode::kInvalid,
               "no suite " + printable(name) + "; suites are ed25519 and p256"};
}

Suite suite_of(KeyType type) {
  const bool p256 = type == KeyType::kEcdsaP256 || type == KeyType::kCosignatureP256;
  return p256 ? Suite::kP256 : Suite::kEd25519;
}

KeyType note_key_type(Suite suite) {
  return suite == Suite::kP256 ? KeyType::kEcdsaP256 : KeyType::kEd25519;
}

KeyType cosignature_key_type(Suite suite) {
  return suite == Suite::kP256 ? KeyType::kCosignatureP256 : KeyType::kCosignatureV1;
}

bool signs_notes(KeyType type) { return type == note_key_type(suite_of(type)); }

bool cosigns(KeyType type) { return type == cosignature_key_type(suite_of(type)); }

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
  const auto type = known_type(*encoded);
  if (!type)
    return Error{ErrorCode::kUnsupported, "verifier key of an unknown type: " + printable(vkey)};
  return make(std::string(name), *type,
              std::string_view(*encoded).substr(1 + key_prefix(*type).size()));
}

Result<VerifierKey> VerifierKey::make(std::string name, KeyType type, std::string_view public_key) {
  if (!is_key_name(name)) return Error{ErrorCode::kMalformed, "not a key name: " + printable(name)};
  VerifierKey key;
  if (suite_of(type) == Suite::kP256) {
    if (public_key.size() != kP256PointBytes)
      return Error{ErrorCode::kMalformed, "a P-256 key has 65 bytes"};
    key.p256_ = P256PublicKey::load(public_key);
    if (!key.p256_) return Error{ErrorCode::kBadSignature, "no point of P-256: " + printable(name)};
  } else if (auto sound = check_ed25519(name, public_key); !sound) {
    return std::move(sound).error();
  }
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
  switch (type_) {
    case KeyType::kEd25519:
    case KeyType::kCosignatureV1:
      return verify_ed25519(public_key_, message, signature);
    case KeyType::kEcdsaP256:
      return verify_der(*p256_, message, signature);
    case KeyType::kCosignatureP256:
      return p256_->verify(message, signature);
  }
  return false;
}

Result<std::unique_ptr<Signer>> make_ed25519_signer(std::string name, KeyType type,
                                                    const Secret<32>& seed) {
  if (suite_of(type) != Suite::kEd25519)
    return Error{ErrorCode::kInvalid, "not a type of Ed25519 key"};
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

Result<std::unique_ptr<Signer>> make_signer(std::string name, KeyType type,
                                            const Secret<32>& seed) {
  if (suite_of(type) == Suite::kEd25519) return make_ed25519_signer(std::move(name), type, seed);
  start_sodium();
  auto key = P256PrivateKey::derive(seed);
  if (!key) return std::move(key).error();
  auto verifier = VerifierKey::make(std::move(name), type, (*key)->point());
  if (!verifier) return std::move(verifier).error();
  return std::unique_ptr<Signer>(
      std::make_unique<P256Signer>(*std::move(verifier), *std::move(key)));
}

Result<Bytes> p256_signature(KeyType type, std::string_view numbers) {
  auto signature = p256_normalise(numbers);
  if (!signature || suite_of(type) != Suite::kP256)
    return Error{ErrorCode::kMalformed, "no P-256 signature"};
  return signs_notes(type) ? p256_to_der(*signature) : *std::move(signature);
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
