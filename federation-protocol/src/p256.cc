// SPDX-License-Identifier: Apache-2.0
#include "p256.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include <algorithm>
#include <array>

namespace dure {
namespace {

constexpr std::size_t kNumberBytes = 32;
constexpr const char* kGroup = "prime256v1";
using Number = std::array<std::uint8_t, kNumberBytes>;

// The order of the group.
constexpr Number kOrder = {0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF,
                           0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17,
                           0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51};
// Half of it, rounded down.
constexpr Number kHalfOrder = {0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0x00, 0x00, 0x00, 0x7F, 0xFF, 0xFF,
                               0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xDE, 0x73, 0x7D, 0x56, 0xD3, 0x8B,
                               0xCF, 0x42, 0x79, 0xDC, 0xE5, 0x61, 0x7E, 0x31, 0x92, 0xA8};

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* handle) const {
    kFree(handle);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Group = std::unique_ptr<EC_GROUP, Freed<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Freed<EC_POINT_free>>;
using SecretNumber = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;
using ParamBuild = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;

/// What OpenSSL complains about meanwhile is not left to whoever looks at its queue next.
class QuietErrors {
 public:
  QuietErrors() { ERR_set_mark(); }
  ~QuietErrors() { ERR_pop_to_mark(); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
};

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::string_view as_text(const Number& number) {
  return {reinterpret_cast<const char*>(number.data()), number.size()};
}

bool is_low(std::string_view s) { return s <= as_text(kHalfOrder); }  // compares as unsigned

/// n − s.
Bytes negate(std::string_view s) {
  Bytes out(kNumberBytes, '\0');
  int borrow = 0;
  for (std::size_t i = kNumberBytes; i-- > 0;) {
    const int digit = kOrder[i] - static_cast<std::uint8_t>(s[i]) - borrow;
    borrow = digit < 0 ? 1 : 0;
    out[i] = static_cast<char>(digit + borrow * 256);
  }
  return out;
}

Key make_key(const OSSL_PARAM* params, int selection) {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  // OpenSSL only reads them.
  if (EVP_PKEY_fromdata(context.get(), &key, selection, const_cast<OSSL_PARAM*>(params)) != 1)
    return nullptr;
  return Key(key);
}

class LoadedPublicKey final : public P256PublicKey {
 public:
  explicit LoadedPublicKey(Key key) : key_(std::move(key)) {}

  bool verify(std::string_view message, std::string_view signature) const override {
    if (signature.size() != kP256SignatureBytes) return false;
    if (!p256_is_scalar(signature.substr(0, kNumberBytes)) ||
        !p256_is_scalar(signature.substr(kNumberBytes)) || !is_low(signature.substr(kNumberBytes)))
      return false;
    const QuietErrors quiet;
    const Bytes der = p256_to_der(signature);
    const DigestContext context(EVP_MD_CTX_new());
    return context &&
           EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key_.get(),
                                   nullptr) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(der), der.size(), bytes_of(message),
                            message.size()) == 1;
  }

 private:
  Key key_;
};

class DerivedPrivateKey final : public P256PrivateKey {
 public:
  DerivedPrivateKey(Key key, std::string point) : key_(std::move(key)), point_(std::move(point)) {}

  const std::string& point() const override { return point_; }

  Result<Bytes> sign(std::string_view message) const override {
    const QuietErrors quiet;
    const DigestContext context(EVP_MD_CTX_new());
    std::array<std::uint8_t, 80> der{};
    std::size_t size = der.size();
    const bool made =
        context &&
        EVP_DigestSignInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key_.get(),
                              nullptr) == 1 &&
        EVP_DigestSign(context.get(), der.data(), &size, bytes_of(message), message.size()) == 1;
    const auto numbers =
        made ? p256_from_der({reinterpret_cast<const char*>(der.data()), size}) : std::nullopt;
    auto signature = numbers ? p256_normalise(*numbers) : std::nullopt;
    if (!signature) return Error{ErrorCode::kInternal, "P-256 signing failed"};
    return *std::move(signature);
  }

 private:
  Key key_;
  std::string point_;
};

/// NIST SP 800-108 in counter mode with HMAC-SHA-256: the n-th block of 256 bits.
Secret<kNumberBytes> candidate(const Secret<32>& seed, std::uint32_t counter) {
  static_assert(crypto_auth_hmacsha256_BYTES == kNumberBytes);
  Bytes input;
  append_u32be(input, counter);
  input += "dure-p256-key/1";
  input += '\0';
  append_u32be(input, 256);
  crypto_auth_hmacsha256_state state{};
  Secret<kNumberBytes> block;
  crypto_auth_hmacsha256_init(&state, seed.data(), Secret<32>::size());
  crypto_auth_hmacsha256_update(&state, bytes_of(input), input.size());
  crypto_auth_hmacsha256_final(&state, block.data());
  sodium_memzero(&state, sizeof state);
  return block;
}

/// 0x04 ‖ x ‖ y of the scalar times the generator; empty on failure.
std::string point_of(const BIGNUM* scalar) {
  const Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const Point point(group ? EC_POINT_new(group.get()) : nullptr);
  std::array<std::uint8_t, kP256PointBytes> bytes{};
  const bool made =
      point && EC_POINT_mul(group.get(), point.get(), scalar, nullptr, nullptr, nullptr) == 1 &&
      EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, bytes.data(),
                         bytes.size(), nullptr) == bytes.size();
  return made ? std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size())
              : std::string();
}

Key private_key(const BIGNUM* scalar, const std::string& point) {
  const ParamBuild build(OSSL_PARAM_BLD_new());
  const bool built =
      build &&
      OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, kGroup, 0) == 1 &&
      OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) == 1 &&
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1;
  const Params params(built ? OSSL_PARAM_BLD_to_param(build.get()) : nullptr);
  return params ? make_key(params.get(), EVP_PKEY_KEYPAIR) : nullptr;
}

/// One INTEGER of DER at the front of `in`, as a number of 32 bytes.
bool take_integer(std::string_view& in, Bytes& out) {
  if (in.size() < 3 || in[0] != 0x02) return false;
  const auto length = static_cast<std::uint8_t>(in[1]);
  if (length == 0 || length > kNumberBytes + 1 || in.size() < 2U + length) return false;
  std::string_view digits = in.substr(2, length);
  in.remove_prefix(2U + length);
  const auto is_high = [](char c) { return (static_cast<std::uint8_t>(c) & 0x80) != 0; };
  if (is_high(digits[0])) return false;  // negative
  if (digits[0] == 0 && digits.size() > 1) {
    if (!is_high(digits[1])) return false;  // a zero too many
    digits.remove_prefix(1);
  }
  if (digits.size() > kNumberBytes) return false;
  out.append(kNumberBytes - digits.size(), '\0');
  out += digits;
  return true;
}

void append_integer(Bytes& out, std::string_view number) {
  while (number.size() > 1 && number[0] == 0) number.remove_prefix(1);
  const bool padded = (static_cast<std::uint8_t>(number[0]) & 0x80) != 0;
  out += '\x02';
  out += static_cast<char>(number.size() + (padded ? 1 : 0));
  if (padded) out += '\0';
  out += number;
}

}  // namespace

std::shared_ptr<const P256PublicKey> P256PublicKey::load(std::string_view point) {
  if (point.size() != kP256PointBytes || point[0] != 0x04) return nullptr;
  const QuietErrors quiet;
  std::string group(kGroup), copy(point);
  const std::array<OSSL_PARAM, 3> params = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size()),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy.data(), copy.size()),
      OSSL_PARAM_construct_end()};
  Key key = make_key(params.data(), EVP_PKEY_PUBLIC_KEY);
  const KeyContext checking(key ? EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr)
                                : nullptr);
  if (!checking || EVP_PKEY_public_check(checking.get()) != 1) return nullptr;
  return std::make_shared<LoadedPublicKey>(std::move(key));
}

Result<std::unique_ptr<P256PrivateKey>> P256PrivateKey::derive(const Secret<32>& seed) {
  const Error failed{ErrorCode::kInternal, "P-256 key derivation failed"};
  const QuietErrors quiet;
  // The first candidate is no scalar once in 2^32; no seed in this world needs a hundred.
  for (std::uint32_t counter = 1; counter < 100; ++counter) {
    const auto block = candidate(seed, counter);
    if (!p256_is_scalar({reinterpret_cast<const char*>(block.data()), block.size()})) continue;
    const SecretNumber scalar(BN_secure_new());
    if (!scalar || BN_bin2bn(block.data(), kNumberBytes, scalar.get()) == nullptr) return failed;
    BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
    std::string point = point_of(scalar.get());
    Key key = point.empty() ? nullptr : private_key(scalar.get(), point);
    if (!key) return failed;
    return std::unique_ptr<P256PrivateKey>(
        std::make_unique<DerivedPrivateKey>(std::move(key), std::move(point)));
  }
  return failed;
}

bool p256_is_scalar(std::string_view number) {
  const bool zero = std::all_of(number.begin(), number.end(), [](char c) { return c == 0; });
  return number.size() == kNumberBytes && !zero && number < as_text(kOrder);
}

std::optional<Bytes> p256_normalise(std::string_view signature) {
  if (signature.size() != kP256SignatureBytes) return std::nullopt;
  const auto r = signature.substr(0, kNumberBytes), s = signature.substr(kNumberBytes);
  if (!p256_is_scalar(r) || !p256_is_scalar(s)) return std::nullopt;
  return is_low(s) ? Bytes(signature) : Bytes(r) + negate(s);
}

Bytes p256_to_der(std::string_view signature) {
  Bytes numbers;
  append_integer(numbers, signature.substr(0, kNumberBytes));
  append_integer(numbers, signature.substr(kNumberBytes));
  Bytes der = "\x30";
  der += static_cast<char>(numbers.size());  // at most 70
  return der + numbers;
}

std::optional<Bytes> p256_from_der(std::string_view der) {
  if (der.size() < 2 || der[0] != 0x30 || der.size() - 2 != static_cast<std::uint8_t>(der[1]))
    return std::nullopt;
  der.remove_prefix(2);
  Bytes numbers;
  if (!take_integer(der, numbers)) return std::nullopt;
  if (!take_integer(der, numbers) || !der.empty()) return std::nullopt;
  return numbers;
}

}  // namespace dure
