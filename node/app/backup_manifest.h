// SPDX-License-Identifier: Apache-2.0
// manifest.json: what a backup holds, written last. Every changed byte of it is noticed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dure/encoding.h"
#include "dure/result.h"

namespace dure::node {

struct BackupFile {
  std::string name;  // without a folder
  std::uint64_t bytes = 0;
  Hash sha256{};
};

struct BackupManifest {
  std::string origin;
  std::uint64_t generation = 0;  // the last part of the origin
  std::uint64_t size = 0;        // entries of the own log
  Hash root{};
  std::uint64_t database_format = 0;
  std::uint64_t time = 0;         // POSIX seconds
  std::string program;            // version
  std::vector<BackupFile> files;  // sorted by name, none twice

  bool has(std::string_view name) const;
};

inline constexpr const char* kManifestName = "manifest.json";
inline constexpr std::size_t kMaxManifestBytes = 16 * 1024;

std::string format_manifest(const BackupManifest& manifest);
/// Accepts only what format_manifest makes. Errors: kMalformed; kUnsupported (another format).
Result<BackupManifest> parse_manifest(std::string_view text);

}  // namespace dure::node
