// SPDX-License-Identifier: Apache-2.0
// Copies one moment of a database that is being written.
#pragma once

#include <functional>
#include <string>

#include "storage/sqlite.h"

namespace dure::node {

/// Copies the state that `source` sees now to the new file `path`, some pages at a time. Later
/// commits of others neither show in the copy nor make it start over.
/// Errors: kConflict if the file exists; kUnavailable if `stop` said so; kStorage. A failed copy is
/// removed.
Status copy_snapshot(Connection& source, const std::string& path,
                     const std::function<bool()>& stop);

}  // namespace dure::node
