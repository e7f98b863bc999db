// SPDX-License-Identifier: Apache-2.0
// What a node tells the others about what it erased for them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "dure/result.h"
#include "http/router.h"

namespace dure::node::http {

/// This node's receipt for the erase entry at an index of the log with an origin hash. Errors:
/// kNotFound.
using FindReceipt = std::function<Result<std::string>(std::string_view hash, std::uint64_t index)>;

/// Registers GET /federation/receipts/{hash}/{index} (PROTOCOL.md §17.5).
void add_erasure_routes(Router& router, FindReceipt find);

}  // namespace dure::node::http
