// SPDX-License-Identifier: Apache-2.0
// The portable proof of one entry, made from what this node holds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replication/ports.h"

namespace dure::node {

/// The tlog-proof of entry `index`, with extra = salt || leaf, under the first of the heads
/// `cosigned` that covers the entry, else under the newest complete head. It was checked before it
/// is given out. Errors: kConflict (no head covers the entry yet), kNotFound, kGone (no salt),
/// kStorage.
Result<std::string> build_proof(LogReader& logs, LogId log, std::uint64_t index,
                                const std::vector<std::string>& cosigned = {});

}  // namespace dure::node
