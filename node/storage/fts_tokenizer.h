// SPDX-License-Identifier: Apache-2.0
// Makes the catalogue's tokenizer known to FTS5 under the name "dure".
#pragma once

#include <sqlite3.h>

#include "dure/result.h"

namespace dure::node {

/// The FTS5 interface of `connection`, or null if SQLite was built without it.
fts5_api* fts5_interface(sqlite3* connection);

/// For this connection only. Errors: kStorage (SQLite without FTS5).
Status register_tokenizer(sqlite3* connection);

}  // namespace dure::node
