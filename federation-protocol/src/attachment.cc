// SPDX-License-Identifier: Apache-2.0
// Chunk lists of attachments. Spec: PROTOCOL.md §6 and §23.
#include "dure/attachment.h"

#include <algorithm>
#include <cstdlib>

namespace dure {
namespace {

constexpr std::size_t kHeadBytes = kSaltBytes + 8;

}  // namespace

std::uint64_t chunk_count(std::uint64_t length) {
  return length / kChunkBytes + (length % kChunkBytes == 0 ? 0 : 1);
}

std::size_t chunk_bytes(std::uint64_t length, std::uint64_t index) {
  if (index >= chunk_count(length)) return 0;
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(kChunkBytes, length - index * kChunkBytes));
}

std::size_t chunk_list_bytes(std::uint64_t length) {
  return kHeadBytes + static_cast<std::size_t>(chunk_count(length)) * sizeof(Hash);
}

Bytes format_chunk_list(const ChunkList& list) {
  if (list.chunks.size() != chunk_count(list.length)) std::abort();
  Bytes out;
  out.reserve(chunk_list_bytes(list.length));
  out += as_view(list.salt);
  append_u64be(out, list.length);
  for (const Hash& chunk : list.chunks) out += as_view(chunk);
  return out;
}

Result<ChunkList> parse_chunk_list(std::string_view bytes) {
  const auto salt = take_bytes(bytes, kSaltBytes);
  const auto length = salt ? take_u64be(bytes) : Result<std::uint64_t>(salt.error());
  if (!length) return Error{ErrorCode::kMalformed, "a chunk list ends inside its head"};
  if (*length > kMaxAttachmentBytes)
    return Error{ErrorCode::kTooLarge, "an attachment is larger than 2 GiB"};
  if (bytes.size() != chunk_count(*length) * sizeof(Hash))
    return Error{ErrorCode::kMalformed, "a chunk list has another number of hashes than chunks"};
  ChunkList list;
  std::copy_n(salt->begin(), kSaltBytes, list.salt.begin());
  list.length = *length;
  list.chunks.resize(bytes.size() / sizeof(Hash));
  for (Hash& chunk : list.chunks) {
    std::copy_n(bytes.begin(), sizeof(Hash), chunk.begin());
    bytes.remove_prefix(sizeof(Hash));
  }
  return list;
}

Hash commit(const ChunkList& list) {
  return commit(tree_root(list.chunks), list.length, list.salt);
}

Status check_chunk_list(const ChunkList& list, std::uint64_t length, const Hash& commitment) {
  if (list.length == length && list.chunks.size() == chunk_count(length) &&
      commit(list) == commitment) {
    return ok();
  }
  return Error{ErrorCode::kBadCommitment, "the chunk list is not what the entry commits to"};
}

Status check_chunk(const ChunkList& list, std::uint64_t index, std::string_view bytes) {
  const bool right = index < list.chunks.size() &&
                     bytes.size() == chunk_bytes(list.length, index) &&
                     hash_leaf(bytes) == list.chunks[static_cast<std::size_t>(index)];
  if (right) return ok();
  return Error{ErrorCode::kBadCommitment,
               "chunk " + std::to_string(index) + " is not what the entry commits to"};
}

std::string attachment_path(const Hash& commitment) {
  return "/attachments/" + hex_encode(as_view(commitment));
}

Result<Hash> parse_attachment_name(std::string_view hex) {
  const auto bytes = hex_decode(hex);
  if (!bytes || bytes->size() != sizeof(Hash))
    return Error{ErrorCode::kMalformed, "this is not the name of an attachment"};
  Hash commitment{};
  std::copy_n(bytes->begin(), commitment.size(), commitment.begin());
  return commitment;
}

}  // namespace dure
