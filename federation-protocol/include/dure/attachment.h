// SPDX-License-Identifier: Apache-2.0
// Files beside an entry: their chunk list, by which they are verified piece by piece, and where
// they are served.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dure/commitment.h"

namespace dure {

inline constexpr std::uint64_t kMaxAttachmentBytes = std::uint64_t{2} << 30;
inline constexpr std::size_t kMaxAttachments = 32;  // of one entry

/// What is kept and served beside an attachment's bytes, and erased with them.
struct ChunkList {
  Salt salt{};
  std::uint64_t length = 0;
  std::vector<Hash> chunks;  // leaf hash of each 1-MiB chunk, the last one shorter
};

/// How many chunks `length` bytes have.
std::uint64_t chunk_count(std::uint64_t length);
/// How long chunk `index` of `length` bytes is; 0 if there is no such chunk.
std::size_t chunk_bytes(std::uint64_t length, std::uint64_t index);
/// How long the list of `length` bytes is.
std::size_t chunk_list_bytes(std::uint64_t length);

/// salt[32] || u64be(length) || the hashes. Spec: PROTOCOL.md §23.
Bytes format_chunk_list(const ChunkList& list);
/// Errors: kMalformed (too short, too long, another number of hashes than the length has),
/// kTooLarge.
Result<ChunkList> parse_chunk_list(std::string_view bytes);

/// The commitment that the list leads to, the same as commit(content, salt).
Hash commit(const ChunkList& list);
/// Errors: kBadCommitment if the list is of other content, or of another length.
Status check_chunk_list(const ChunkList& list, std::uint64_t length, const Hash& commitment);
/// Errors: kBadCommitment if `bytes` are not chunk `index`.
Status check_chunk(const ChunkList& list, std::uint64_t index, std::string_view bytes);

/// "/attachments/<hex>", below a node's base URL.
std::string attachment_path(const Hash& commitment);
/// Errors: kMalformed unless `hex` is a commitment in a path.
Result<Hash> parse_attachment_name(std::string_view hex);

}  // namespace dure
