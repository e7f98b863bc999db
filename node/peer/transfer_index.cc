// SPDX-License-Identifier: Apache-2.0
#include "peer/transfer_index.h"

#include "dure/checkpoint.h"
#include "replication/ustar.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxMembers = 1 << 20;  // some 80 million entries
constexpr std::size_t kMaxLogs = 2000;
constexpr std::size_t kHashCharacters = 64;
constexpr std::size_t kMaxOriginMember = 256;

Error malformed(std::uint64_t offset, const std::string& why) {
  return Error{ErrorCode::kMalformed,
               "transfer file, byte " + std::to_string(offset) + ": " + why,
               "transfer.malformed",
               {{"offset", std::to_string(offset)}, {"why", why}}};
}

/// Threads: one.
class Indexer {
 public:
  Indexer(std::uint64_t file_bytes, const ReadAt& read) : end_(file_bytes), read_(read) {}

  Result<TransferIndex> run() {
    for (std::size_t members = 0;; ++members) {
      if (members > kMaxMembers)
        return Error{ErrorCode::kTooLarge, "transfer file: too many members"};
      if (end_ - offset_ < kUstarBlock) return malformed(offset_, "the file is cut");
      const auto block = read_(offset_, kUstarBlock);
      if (!block) return block.error();
      if (block->find_first_not_of('\0') == std::string::npos) return finish();
      if (auto taken = take(*block); !taken) return std::move(taken).error();
    }
  }

 private:
  Status take(std::string_view block) {
    const auto header = parse_ustar_header(block);
    if (!header) return malformed(offset_, header.error().detail);
    const std::uint64_t contents = offset_ + kUstarBlock;
    const std::uint64_t padded = header->size + ustar_padding(header->size);
    if (padded > end_ - contents)
      return malformed(offset_, "the file is cut inside " + printable(header->name));
    if (auto added = add(header->name, {contents, header->size}); !added) return added;
    offset_ = contents + padded;
    return ok();
  }

  Status add(std::string_view name, MemberPlace place) {
    if (name.size() <= kHashCharacters + 1 || name[kHashCharacters] != '/')
      return malformed(offset_, "unknown member");
    const auto folder = name.substr(0, kHashCharacters);
    const auto rest = name.substr(kHashCharacters + 1);
    if (rest == "origin") return add_log(folder, place);
    const auto log = index_.find(folder);
    if (log == index_.end()) return malformed(offset_, "member before its log's origin");
    if (rest == "checkpoint") {
      if (log->second.checkpoint.offset != 0) return malformed(offset_, "a member twice");
      log->second.checkpoint = place;
      return ok();
    }
    const auto tile = parse_tile_path(rest);
    if (!tile) return malformed(offset_, "unknown member");
    const bool is_new =
        log->second.tiles.try_emplace({tile->kind, tile->level, tile->index, tile->width}, place)
            .second;
    return is_new ? ok() : Status(malformed(offset_, "a member twice"));
  }

  Status add_log(std::string_view folder, MemberPlace place) {
    if (index_.size() >= kMaxLogs)
      return Error{ErrorCode::kTooLarge, "transfer file: too many logs"};
    if (place.size > kMaxOriginMember) return malformed(offset_, "bad origin");
    auto origin = read_(place.offset, static_cast<std::size_t>(place.size));
    if (!origin) return std::move(origin).error();
    if (!origin->ends_with('\n')) return malformed(offset_, "bad origin");
    origin->pop_back();
    if (!is_origin(*origin) || origin_hash(*origin) != folder)
      return malformed(offset_, "bad origin");
    const bool is_new =
        index_.try_emplace(std::string(folder), TransferLog{std::move(*origin), {}, {}}).second;
    return is_new ? ok() : Status(malformed(offset_, "a log twice"));
  }

  /// Two blocks of zeros end the file, and nothing follows.
  Result<TransferIndex> finish() {
    if (end_ - offset_ != 2 * kUstarBlock) return malformed(offset_, "bad end of file");
    const auto last = read_(offset_ + kUstarBlock, kUstarBlock);
    if (!last) return last.error();
    if (last->find_first_not_of('\0') != std::string::npos)
      return malformed(offset_, "bad end of file");
    if (index_.empty()) return malformed(offset_, "no log inside");
    return std::move(index_);
  }

  const std::uint64_t end_;
  const ReadAt& read_;
  std::uint64_t offset_ = 0;
  TransferIndex index_;
};

}  // namespace

Result<TransferIndex> index_transfer_file(std::uint64_t file_bytes, const ReadAt& read) {
  return Indexer(file_bytes, read).run();
}

}  // namespace dure::node
