// SPDX-License-Identifier: Apache-2.0
// ECDSA over P-256 with SHA-256 through OpenSSL: points, and signatures as two numbers r ‖ s of 32
// bytes each, in the one spelling that counts. Spec: PROTOCOL.md §2.9.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dure/encoding.h"
#include "dure/key.h"
#include "dure/result.h"

namespace dure {

inline constexpr std::size_t kP256PointBytes = 65;      // 0x04 ‖ x ‖ y
inline constexpr std::size_t kP256SignatureBytes = 64;  // r ‖ s

/// A point that was checked. Threads: any.
class P256PublicKey {
 public:
  /// Null unless `point` is 0x04 ‖ x ‖ y of a point on the curve.
  static std::shared_ptr<const P256PublicKey> load(std::string_view point);
  virtual ~P256PublicKey() = default;
  /// `signature`: r ‖ s with 1 ≤ r < n and 1 ≤ s ≤ n/2; every other one is refused.
  virtual bool verify(std::string_view message, std::string_view signature) const = 0;
};

/// The private half. Threads: any.
class P256PrivateKey {
 public:
  /// The number that a 32-byte seed stands for. Errors: kInternal.
  static Result<std::unique_ptr<P256PrivateKey>> derive(const Secret<32>& seed);
  virtual ~P256PrivateKey() = default;
  virtual const std::string& point() const = 0;
  /// r ‖ s as P256PublicKey::verify wants it. Errors: kInternal.
  virtual Result<Bytes> sign(std::string_view message) const = 0;
};

/// True if 1 ≤ the 32-byte number < n.
bool p256_is_scalar(std::string_view number);
/// r ‖ s with the smaller of s and n − s; nothing if r or s is no scalar.
std::optional<Bytes> p256_normalise(std::string_view signature);

/// DER as ASN.1's SEQUENCE { INTEGER r, INTEGER s }, in the only way that DER allows.
Bytes p256_to_der(std::string_view signature);
std::optional<Bytes> p256_from_der(std::string_view der);

}  // namespace dure
