// SPDX-License-Identifier: Apache-2.0
// The own log of one generation becomes a mirror, so that the next can take its place.
#pragma once

#include <string>

#include "dure/result.h"
#include "storage/sqlite.h"

namespace dure::node {

/// Within a transaction: gives the own log's entries, tiles and head to a new mirror of its name
/// and begins an empty own log named `origin`. Nothing if the own log has that name. Errors:
/// kStorage.
Status move_own_log(Connection& connection, const std::string& origin);

}  // namespace dure::node
