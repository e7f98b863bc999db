// SPDX-License-Identifier: Apache-2.0
// The portable proof of one entry, made from what this node holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "replication/ports.h"

namespace dure::node {

/// The tlog-proof of entry `index`, with extra = salt || leaf, under `cosigned` if that is a head
/// that covers the entry, else under the newest complete head. It was checked before it is given
/// out. Errors: kConflict (no head covers the entry yet), kNotFound, kGone (no salt), kStorage.
Result<std::string> build_proof(LogReader& logs, LogId log, std::uint64_t index,
                                const std::optional<std::string>& cosigned = {});

}  // namespace dure::node
