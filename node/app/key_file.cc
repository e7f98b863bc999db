// SPDX-License-Identifier: Apache-2.0
#include "app/key_file.h"

#include <sodium.h>

#include <cstdlib>

namespace dure::node {
namespace {

constexpr std::string_view kHeader = "dure-key/1\n";
constexpr std::size_t kSeedDigits = 64;
constexpr std::uint64_t kLeastKib = 8;
using SealingKey = Secret<crypto_aead_xchacha20poly1305_ietf_KEYBYTES>;
static_assert(crypto_pwhash_SALTBYTES == 16);
static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == 24);
static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == 16);

Error malformed(const char* detail) {
  return Error{ErrorCode::kMalformed, std::string("key file: ") + detail};
}

std::string hex(const std::uint8_t* bytes, std::size_t size) {
  std::string text(size * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes, size);
  text.pop_back();
  return text;
}

/// Lower-case digits only, so that there is one spelling.
bool read_hex(std::string_view digits, std::uint8_t* out, std::size_t size) {
  std::size_t read = 0;
  return digits.size() == size * 2 &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         sodium_hex2bin(out, size, digits.data(), digits.size(), nullptr, &read, nullptr) == 0 &&
         read == size;
}

/// The rest of the line at the front of `in`, if it begins with `word` and a space.
std::optional<std::string_view> take_field(std::string_view& in, std::string_view word) {
  const auto end = in.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  auto line = in.substr(0, end);
  if (!line.starts_with(word) || line.substr(word.size(), 1) != " ") return std::nullopt;
  in.remove_prefix(end + 1);
  return line.substr(word.size() + 1);
}

std::optional<KdfCost> read_cost(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto passes = parse_decimal(text.substr(0, space));
  const auto kib = parse_decimal(text.substr(space + 1));
  if (!passes || !kib || *passes == 0 || *kib < kLeastKib) return std::nullopt;
  if (*passes > kMostKdfCost.passes || *kib > kMostKdfCost.kib) return std::nullopt;
  return KdfCost{*passes, *kib};
}

bool read_sealed(std::string_view in, SealedSeed& out) {
  const auto cost_text = take_field(in, "argon2id");
  const auto cost = cost_text ? read_cost(*cost_text) : std::nullopt;
  if (!cost) return false;
  out.cost = *cost;
  const auto salt = take_field(in, "salt");
  if (!salt || !read_hex(*salt, out.salt.data(), out.salt.size())) return false;
  const auto nonce = take_field(in, "nonce");
  if (!nonce || !read_hex(*nonce, out.nonce.data(), out.nonce.size())) return false;
  const auto sealed = take_field(in, "sealed");
  return sealed && read_hex(*sealed, out.sealed.data(), out.sealed.size()) && in.empty();
}

/// Everything before the sealed bytes.
std::string sealed_head(Suite suite, const SealedSeed& sealed) {
  std::string text(kHeader);
  text += "suite " + std::string(suite_name(suite)) + "\n";
  text += "argon2id " + std::to_string(sealed.cost.passes) + " " + std::to_string(sealed.cost.kib);
  text += "\nsalt " + hex(sealed.salt.data(), sealed.salt.size());
  return text + "\nnonce " + hex(sealed.nonce.data(), sealed.nonce.size()) + "\n";
}

Result<SealingKey> sealing_key(const Passphrase& passphrase, const SealedSeed& sealed) {
  SealingKey key;
  const auto text = passphrase.text();
  const int failed =
      crypto_pwhash(key.data(), SealingKey::size(), text.data(), text.size(), sealed.salt.data(),
                    sealed.cost.passes, sealed.cost.kib * 1024, crypto_pwhash_ALG_ARGON2ID13);
  if (failed == 0) return key;
  return Error{ErrorCode::kStorage, "no memory for Argon2id", "errors.out_of_memory"};
}

const unsigned char* bytes_of(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void copy(const Secret<32>& from, Secret<32>& to) {
  for (std::size_t i = 0; i < Secret<32>::size(); ++i) to.data()[i] = from.data()[i];
}

}  // namespace

Result<KeyFile> parse_key_file(std::string_view text) {
  KeyFile file;
  if (!text.starts_with("dure-key/")) {
    if (text.size() == kSeedDigits + 1 && text.back() == '\n') text.remove_suffix(1);
    if (!read_hex(text, file.seed.data(), Secret<32>::size()))
      return malformed("not 64 hexadecimal digits");
    return file;
  }
  if (!text.starts_with(kHeader))
    return Error{ErrorCode::kUnsupported, "a key file of another version"};
  std::string_view rest = text.substr(kHeader.size());
  const auto suite_word = take_field(rest, "suite");
  const auto suite = suite_word ? parse_suite(*suite_word) : Result<Suite>(malformed("no suite"));
  if (!suite) return malformed("no known suite");
  file.suite = *suite;
  if (rest.starts_with("argon2id ")) {
    SealedSeed sealed;
    if (!read_sealed(rest, sealed)) return malformed("damaged, or asks for too much memory");
    file.sealed = sealed;
    return file;
  }
  const auto seed = take_field(rest, "seed");
  const bool right = seed && read_hex(*seed, file.seed.data(), Secret<32>::size()) && rest.empty();
  // An unprotected Ed25519 seed is written bare.
  if (!right || file.suite == Suite::kEd25519) return malformed("damaged");
  return file;
}

std::string format_key_file(const KeyFile& file) {
  if (file.sealed) {
    return sealed_head(file.suite, *file.sealed) + "sealed " +
           hex(file.sealed->sealed.data(), file.sealed->sealed.size()) + "\n";
  }
  std::string seed = hex(file.seed.data(), Secret<32>::size()) + "\n";
  if (file.suite == Suite::kEd25519) return seed;
  return std::string(kHeader) + "suite " + std::string(suite_name(file.suite)) + "\nseed " + seed;
}

Result<KeyFile> seal(const Seed& seed, const Passphrase& passphrase, KdfCost cost) {
  if (sodium_init() < 0) std::abort();  // only without a source of randomness
  SealedSeed sealed;
  sealed.cost = cost;
  randombytes_buf(sealed.salt.data(), sealed.salt.size());
  randombytes_buf(sealed.nonce.data(), sealed.nonce.size());
  const auto key = sealing_key(passphrase, sealed);
  if (!key) return key.error();
  const std::string head = sealed_head(seed.suite, sealed);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.sealed.data(), nullptr, seed.bytes.data(),
                                             Secret<32>::size(), bytes_of(head), head.size(),
                                             nullptr, sealed.nonce.data(), key->data());
  KeyFile file;
  file.suite = seed.suite;
  file.sealed = sealed;
  return file;
}

Result<Seed> unseal(const KeyFile& file, const Passphrase& passphrase) {
  Seed seed;
  seed.suite = file.suite;
  if (!file.sealed) {
    copy(file.seed, seed.bytes);
    return seed;
  }
  const auto key = sealing_key(passphrase, *file.sealed);
  if (!key) return key.error();
  const std::string head = sealed_head(file.suite, *file.sealed);
  const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
      seed.bytes.data(), nullptr, nullptr, file.sealed->sealed.data(), file.sealed->sealed.size(),
      bytes_of(head), head.size(), file.sealed->nonce.data(), key->data());
  if (failed == 0) return seed;
  return Error{ErrorCode::kRefused, "wrong passphrase, or a damaged file"};
}

}  // namespace dure::node
