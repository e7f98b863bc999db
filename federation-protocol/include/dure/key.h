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
  kEd25519 = 0x01,        // signs a note's text
  kCosignatureV1 = 0x04,  // Ed25519 over "cosignature/v1"
};

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

/// A named public key.
///
/// Text form (vkey): `<name>+<8 hex digits of id>+<base64(type || key)>`.
/// Spec: C2SP signed-note; PROTOCOL.md §2.
class VerifierKey {
 public:
  /// Errors: kMalformed (spelling, recomputed id differs), kUnsupported (type), kBadSignature
  /// (small-order or non-canonical Ed25519 key).
  static Result<VerifierKey> parse(std::string_view vkey);
  static Result<VerifierKey> make(std::string name, KeyType type, std::string_view public_key);

  const std::string& name() const { return name_; }
  std::uint32_t id() const { return id_; }
  KeyType type() const { return type_; }
  const std::string& public_key() const { return public_key_; }
  std::string format() const;
  /// A short text for people to compare: the first 80 bits of SHA-256(vkey) as five groups of four
  /// hex digits.
  std::string fingerprint() const;

  /// Strict Ed25519 over `message` as it stands.
  bool verify(std::string_view message, std::string_view signature) const;

 private:
  VerifierKey() = default;
  std::string name_;
  KeyType type_ = KeyType::kEd25519;
  std::uint32_t id_ = 0;
  std::string public_key_;
};

/// Signs; the seam behind which a hardware token can sit.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual const VerifierKey& verifier() const = 0;
  /// The raw signature (64 bytes for Ed25519). Threads: any.
  virtual Result<Bytes> sign(std::string_view message) const = 0;
};

/// An Ed25519 signer from a 32-byte seed. Errors: kMalformed (name).
Result<std::unique_ptr<Signer>> make_ed25519_signer(std::string name, KeyType type,
                                                    const Secret<32>& seed);

/// True if `name` may name a key: not empty, no Unicode space, no '+', no control bytes, at most
/// 255 bytes.
bool is_key_name(std::string_view name);

}  // namespace dure
