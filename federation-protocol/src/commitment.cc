// SPDX-License-Identifier: Apache-2.0
// Commitments and body bundles. Spec: PROTOCOL.md §6 and §7.
#include "dure/commitment.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "dure/tile.h"

namespace dure {
namespace {

constexpr std::string_view kCommitmentLabel = "dure-commitment/1\n";
constexpr std::uint64_t kSmallestBucket = 1024;

Hash chunk_root(std::string_view content) {
  if (!content.empty() && content.size() <= kChunkBytes) return hash_leaf(content);
  CompactRange chunks;
  for (; !content.empty(); content.remove_prefix(std::min(kChunkBytes, content.size()))) {
    chunks.append(hash_leaf(content.substr(0, kChunkBytes)));
  }
  return chunks.root();
}

}  // namespace

Hash commit(const Hash& chunk_root, std::uint64_t length, const Salt& salt) {
  Bytes size;
  append_u64be(size, length);
  return sha256({kCommitmentLabel, as_view(salt), size, as_view(chunk_root)});
}

Hash commit(std::string_view content, const Salt& salt) {
  return commit(chunk_root(content), content.size(), salt);
}

Status check_commitment(std::string_view content, const Salt& salt, const Hash& commitment) {
  if (commit(content, salt) != commitment) {
    return Error{ErrorCode::kBadCommitment, "the content is not what the leaf commits to"};
  }
  return ok();
}

std::uint64_t size_bucket(std::uint64_t bytes) {
  if (bytes > std::uint64_t{1} << 62) std::abort();
  return std::bit_ceil(std::max(bytes, kSmallestBucket));
}

void append_to_body_bundle(Bytes& bundle, const Salt& salt, std::string_view body) {
  if (body.size() > kMaxBodyBytes) std::abort();
  append_u32be(bundle, static_cast<std::uint32_t>(body.size()));
  bundle += as_view(salt);
  bundle += body;
}

void append_absent_to_body_bundle(Bytes& bundle) { append_u32be(bundle, kBodyAbsent); }

Result<std::vector<std::optional<BodyView>>> split_body_bundle(std::string_view bundle,
                                                               std::size_t max_count) {
  std::vector<std::optional<BodyView>> bodies;
  bodies.reserve(std::min<std::size_t>(max_count, kTileWidth));
  while (!bundle.empty()) {
    if (bodies.size() == max_count)
      return Error{ErrorCode::kMalformed, "bytes after the last body of a bundle"};
    const auto length = take_u32be(bundle);
    if (!length) return Error{ErrorCode::kMalformed, "a body bundle ends inside a length"};
    if (*length == kBodyAbsent) {
      bodies.emplace_back(std::nullopt);
      continue;
    }
    if (*length > kMaxBodyBytes) return Error{ErrorCode::kTooLarge, "a body is too large"};
    const auto salt = take_bytes(bundle, kSaltBytes);
    const auto body = salt ? take_bytes(bundle, *length) : salt;
    if (!body) return Error{ErrorCode::kMalformed, "a body bundle ends inside an entry"};
    bodies.emplace_back(BodyView{*salt, *body});
  }
  return bodies;
}

}  // namespace dure
