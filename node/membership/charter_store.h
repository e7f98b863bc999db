// SPDX-License-Identifier: Apache-2.0
// What the charter needs from storage.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dure/result.h"

namespace dure::node {

enum class CharterPaper {
  kVersion = 1,   // adopted; key: version
  kDraft = 2,     // proposed, or waiting for its day; key: hash
  kEvidence = 3,  // contradicts an adopted version; key: hash
  kJoining = 4,   // where this node asked to be taken in; key: empty, text: URL and fingerprint
  kNotices = 5,   // what a log said of the charter, and how far it was read; key: origin
  kDecision = 6,  // which text of a version counts, as people decided; key: version, text: both
};

/// One text about the charter.
struct CharterFile {
  CharterPaper paper = CharterPaper::kVersion;
  std::string key;
  std::string text;
  std::int64_t since = 0;  // first seen, POSIX seconds
};

/// Keeps them with the head lock, so that no backup brings an older charter back. Threads: any.
class CharterStore {
 public:
  virtual ~CharterStore() = default;
  virtual Result<std::vector<CharterFile>> charter_files() = 0;
  /// Writes `files` in one durable change; those of `paper` and key that exist are replaced, and
  /// removed if the new text is empty. Errors: kStorage (state unknown).
  virtual Status keep_charter_files(std::span<const CharterFile> files) = 0;
};

}  // namespace dure::node
