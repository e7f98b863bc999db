// SPDX-License-Identifier: Apache-2.0
// Keys with their names and algorithms: what a C2SP "vkey" and its private half are.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "dure/encoding.h"
#include "dure/result.h"

namespace dure {

/// The signature type byte of C2SP signed-note.
enum class KeyType : std::uint8_t {
  kEd25519 = 0x01,         // signs a note's text
  kEcdsaP256 = 0x02,       // ECDSA P-256 with SHA-256, signs a note's text
  kCosignatureV1 = 0x04,   // Ed25519 over "cosignature/v1"
  kCosignatureP256 = 0xFF  // ECDSA P-256 over the same; behind the byte stands a name of ours
};

/// The algorithm of a key, whatever it signs.
enum class Suite : std::uint8_t { kEd25519, kP256 };

/// "ed25519", "p256".
std::string_view suite_name(Suite suite);
/// Errors: kInvalid.
Result<Suite> parse_suite(std::string_view name);
Suite suite_of(KeyType type);
KeyType note_key_type(Suite suite);
KeyType cosignature_key_type(Suite suite);
/// True for keys of logs, stewards and requests, whose signatures are over the text of a note.
bool signs_notes(KeyType type);
/// True for keys of witnesses and mirrors.
bool cosigns(KeyType type);

/// A fixed-size secret that is wiped when it goes out of scope. Move-only.
template <std::size_t kBytes>
class Secret {
 public:
  Secret() = default;
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { other.erase(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      other.erase();
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { erase(); }
  std::uint8_t* data() { return bytes_.data(); }
  const std::uint8_t* data() const { return bytes_.data(); }
  static constexpr std::size_t size() { return kBytes; }

 private:
  void erase() {
    volatile std::uint8_t* p = bytes_.data();
    for (std::size_t i = 0; i < kBytes; ++i) p[i] = 0;
  }
  std::array<std::uint8_t, kBytes> bytes_{};
};

class P256PublicKey;

/// A named public key.
///
/// Text form (vkey): `<name>+<8 hex digits of id>+<base64(type || key)>`.
/// Spec: C2SP signed-note; PROTOCOL.md §2.
class VerifierKey {
 public:
  /// Errors: kMalformed (spelling, recomputed id differs), kUnsupported (type, curve),
  /// kBadSignature (small-order or non-canonical Ed25519 key, no point of P-256).
  static Result<VerifierKey> parse(std::string_view vkey);
  /// `public_key`: 32 bytes for Ed25519, the 65 bytes 0x04 || x || y for P-256.
  static Result<VerifierKey> make(std::string name, KeyType type, std::string_view public_key);

  const std::string& name() const { return name_; }
  std::uint32_t id() const { return id_; }
  KeyType type() const { return type_; }
  const std::string& public_key() const { return public_key_; }
  std::string format() const;
  /// A short text for people to compare: the first 80 bits of SHA-256(vkey) as five groups of four
  /// hex digits.
  std::string fingerprint() const;

  /// Strict: of every signature only one spelling verifies. Threads: any.
  bool verify(std::string_view message, std::string_view signature) const;

 private:
  VerifierKey() = default;
  std::string name_;
  KeyType type_ = KeyType::kEd25519;
  std::uint32_t id_ = 0;
  std::string public_key_;
  std::shared_ptr<const P256PublicKey> p256_;  // shared by copies; null for Ed25519
};

/// Signs; the seam behind which a hardware token can sit.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual const VerifierKey& verifier() const = 0;
  /// The signature as its verifier takes it. Errors: kInternal; kUnavailable (a token is gone).
  /// Threads: any.
  virtual Result<Bytes> sign(std::string_view message) const = 0;
};

/// An Ed25519 signer from a 32-byte seed. Errors: kMalformed (name).
Result<std::unique_ptr<Signer>> make_ed25519_signer(std::string name, KeyType type,
                                                    const Secret<32>& seed);

/// A signer of any type whose private key is derived from a 32-byte seed; for Ed25519 it is the
/// seed. Errors: kMalformed (name), kInternal.
Result<std::unique_ptr<Signer>> make_signer(std::string name, KeyType type, const Secret<32>& seed);

/// What a P-256 key of `type` signs with, from the two numbers r || s as a token gives them, s
/// large or small. Errors: kMalformed.
Result<Bytes> p256_signature(KeyType type, std::string_view numbers);

/// True if `name` may name a key: not empty, no Unicode space, no '+', no control bytes, at most
/// 255 bytes.
bool is_key_name(std::string_view name);

}  // namespace dure
