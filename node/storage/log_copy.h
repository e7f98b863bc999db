// SPDX-License-Identifier: Apache-2.0
// What a copy of node.db holds, found out without changing it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dure/encoding.h"
#include "dure/result.h"

namespace dure::node {

/// The own log in one node.db.
struct CopiedLog {
  std::string origin;
  std::uint64_t size = 0;  // entries
  Hash root{};             // computed from the leaves
  std::string head;        // the published head, as a note; empty before the first
  std::int32_t format = 0;
};

/// Reads a node.db that nobody writes: SQLite's own check of the whole file, then the own log's
/// root from its leaves. Errors: kStorage (missing, damaged, a row missing), kUnsupported (not
/// ours, or newer).
Result<CopiedLog> examine_copy(const std::string& path);

}  // namespace dure::node
