// SPDX-License-Identifier: Apache-2.0
// Backup files in memory.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "backup/stream.h"

namespace dure::node {

/// Gives `bytes`, in one go.
inline GiveBytes give(std::string bytes) {
  return [bytes = std::move(bytes),
          at = std::size_t{0}](std::span<char> out) mutable -> Result<std::size_t> {
    const auto part = std::string_view(bytes).substr(at, out.size());
    std::copy(part.begin(), part.end(), out.begin());
    at += part.size();
    return part.size();
  };
}

inline TakeBytes take_into(std::string& out) {
  return [&out](std::string_view bytes) {
    out += bytes;
    return ok();
  };
}

/// Reads to the end.
inline Result<std::string> read_all(BackupReader& reader) {
  std::string out;
  char room[5000];
  while (true) {
    const auto count = reader.read(room);
    if (!count) return count.error();
    out.append(room, *count);
    if (*count < sizeof room) return out;
  }
}

inline Result<std::string> open_backup(const std::string& file, const BackupSecret* secret) {
  const auto reader = BackupReader::begin(give(file), {secret, nullptr});
  if (!reader) return reader.error();
  return read_all(**reader);
}

}  // namespace dure::node
