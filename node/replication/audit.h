// SPDX-License-Identifier: Apache-2.0
// Recomputes everything from leaves and bodies: what `dure fsck` is.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dure/entry.h"
#include "replication/ports.h"

namespace dure::node {

enum class DamageKind { kHead, kLeaf, kTile, kBody, kRecord, kMissing, kErased };
std::string_view damage_name(DamageKind kind);  // "head", "leaf", …

struct Damage {
  std::string origin;
  DamageKind kind = DamageKind::kHead;
  std::uint64_t index = 0;  // entry, or first entry under a tile
  std::string detail;       // English, for operators and logs
  std::string remedy;       // key of a translated text: "fsck.remedy.pull", "fsck.remedy.restore",
                            // "fsck.remedy.reindex", "fsck.remedy.erase"
};

struct AuditLog {
  KnownLog log;
  std::vector<VerifierKey> keys;
  /// Own log only: checks the record table's row for the leaf at `index`. Returns what is wrong, or
  /// empty.
  std::function<std::string(std::uint64_t index, const Leaf& leaf)> check_record = {};
  /// Whether the body at `index` was erased on demand and must not be here. May be empty.
  std::function<bool(std::uint64_t index)> is_erased = {};
};

struct AuditOptions {
  std::size_t threads = 0;         // 0: one per processor, at most 8
  std::size_t max_damages = 1000;  // reported per log; all are counted
  std::function<void(std::uint64_t done, std::uint64_t total)> progress =
      {};  // from one thread at a time
};

struct AuditReport {
  std::string origin;
  std::uint64_t size = 0;  // of the head
  std::uint64_t stored = 0;
  std::uint64_t bodies = 0;
  std::uint64_t absent = 0;  // without the erased
  std::uint64_t erased = 0;  // rightly absent
  std::uint64_t bytes = 0;   // of leaves and bodies hashed
  std::uint64_t damage_count = 0;
  std::vector<Damage> damages;  // by index
};

/// Errors: the reader's (a log that cannot be read at all); damage is a result, not an error.
Result<AuditReport> audit_log(const AuditLog& log, LogReader& reader,
                              const AuditOptions& options = {});

}  // namespace dure::node
