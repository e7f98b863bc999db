// SPDX-License-Identifier: Apache-2.0
// Looks over a database file's structure, for a bounded time, without writing to it.
#pragma once

#include <chrono>
#include <string>

#include "dure/result.h"

namespace dure::node {

class Connection;

struct QuickCheck {
  bool finished = false;  // else the time was over before all was seen
  std::string fault;      // the first thing that is wrong; empty: nothing seen
};

/// SQLite's quick_check over a connection that is open.
/// Errors: kStorage (unreadable, locked by somebody else).
Result<QuickCheck> quick_check(Connection& connection, std::chrono::milliseconds longest);
/// The same over the file at `path`, which others may write meanwhile. Errors: as above; a file
/// that is no database any more is a fault, not an error.
Result<QuickCheck> quick_check(const std::string& path, std::chrono::milliseconds longest);

/// "3.40.1": the SQLite that this program runs with.
std::string sqlite_version();

}  // namespace dure::node
