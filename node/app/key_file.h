// SPDX-License-Identifier: Apache-2.0
// The text of seed.key and charter.key. An unprotected one is the seed in hex for Ed25519, else
//
//   dure-key/1
//   suite p256
//   seed <64 hex digits>
//
// and a protected one, of any suite,
//
//   dure-key/1
//   suite p256
//   argon2id <passes> <KiB>
//   salt <32 hex digits>
//   nonce <48 hex digits>
//   sealed <96 hex digits>
//
// sealed: XChaCha20-Poly1305 of the seed under Argon2id of the passphrase, bound to all lines
// before it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/passphrase.h"
#include "dure/key.h"
#include "dure/result.h"

namespace dure::node {

inline constexpr std::size_t kMaxKeyFileBytes = 512;

/// How much work a passphrase costs. What a file says is believed up to these bounds only.
struct KdfCost {
  std::uint64_t passes = 4;
  std::uint64_t kib = 65'536;
};
inline constexpr KdfCost kMostKdfCost{16, 262'144};

/// A secret and what its keys are used with.
struct Seed {
  Suite suite = Suite::kEd25519;
  Secret<32> bytes;
};

struct SealedSeed {
  KdfCost cost;
  std::array<std::uint8_t, 16> salt{};
  std::array<std::uint8_t, 24> nonce{};
  std::array<std::uint8_t, 48> sealed{};
};

/// A key file as it was read: in the clear, or sealed.
struct KeyFile {
  Suite suite = Suite::kEd25519;
  Secret<32> seed;  // zeros if sealed
  std::optional<SealedSeed> sealed;
};

/// Errors: kMalformed; kUnsupported (a later version). format_key_file(*parse_key_file(x)) == x,
/// but for the newline that a bare seed may lack.
Result<KeyFile> parse_key_file(std::string_view text);
std::string format_key_file(const KeyFile& file);

/// Errors: kStorage if the memory that `cost` asks for is not there.
Result<KeyFile> seal(const Seed& seed, const Passphrase& passphrase, KdfCost cost = {});
/// Errors: kRefused (wrong passphrase, or not what was sealed); kStorage as seal.
Result<Seed> unseal(const KeyFile& file, const Passphrase& passphrase);

}  // namespace dure::node
