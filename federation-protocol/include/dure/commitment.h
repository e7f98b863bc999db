// SPDX-License-Identifier: Apache-2.0
// Salted commitments to bodies and attachments, and the bundles bodies travel in.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dure/merkle.h"

namespace dure {

inline constexpr std::size_t kChunkBytes = 1 << 20;
inline constexpr std::size_t kMaxBodyBytes = 64 * 1024;
inline constexpr std::size_t kSaltBytes = 32;
inline constexpr std::uint32_t kBodyAbsent = 0xFFFFFFFF;

using Salt = std::array<std::uint8_t, kSaltBytes>;

/// SHA-256("dure-commitment/1\n" || salt || u64be(length) || MTH of the 1-MiB chunks). Spec:
/// PROTOCOL.md §6.
Hash commit(std::string_view content, const Salt& salt);
/// The same, for content of which only the tree hash over its chunks is at hand.
Hash commit(const Hash& chunk_root, std::uint64_t length, const Salt& salt);
/// Errors: kBadCommitment.
Status check_commitment(std::string_view content, const Salt& salt, const Hash& commitment);

/// The size a leaf tells: the next power of two ≥ `bytes`, at least 1 KiB.
std::uint64_t size_bucket(std::uint64_t bytes);

/// One entry of a body bundle; empty if erased or not for this reader.
struct BodyView {
  std::string_view salt;  // 32 bytes
  std::string_view body;
};

/// Body bundle: per entry u32be length || salt[32] || body, or 0xFFFFFFFF alone.
void append_to_body_bundle(Bytes& bundle, const Salt& salt, std::string_view body);
void append_absent_to_body_bundle(Bytes& bundle);
/// Splits at most `max_count` entries that view into `bundle`; a server may stop early, after any
/// whole entry. Errors: kMalformed (cut entry, left-over), kTooLarge (a body over kMaxBodyBytes).
Result<std::vector<std::optional<BodyView>>> split_body_bundle(std::string_view bundle,
                                                               std::size_t max_count);

}  // namespace dure
