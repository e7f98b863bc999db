// SPDX-License-Identifier: Apache-2.0
// Where each member of a transfer file lies.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "dure/result.h"
#include "dure/tile.h"

namespace dure::node {

/// Reads exactly `size` bytes at `offset`. Errors: kStorage, kMalformed (the file ends before).
using ReadAt = std::function<Result<std::string>(std::uint64_t offset, std::size_t size)>;

struct MemberPlace {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// One log inside the file.
struct TransferLog {
  std::string origin;
  MemberPlace checkpoint;
  std::map<std::tuple<TileKind, unsigned, std::uint64_t, unsigned>, MemberPlace> tiles;
};

/// By hex sha256(origin).
using TransferIndex = std::map<std::string, TransferLog, std::less<>>;

/// Walks the headers of a file of `file_bytes` bytes. Errors: kMalformed (with the offset),
/// kTooLarge (more members than an import takes on), kStorage.
Result<TransferIndex> index_transfer_file(std::uint64_t file_bytes, const ReadAt& read);

}  // namespace dure::node
