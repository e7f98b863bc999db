// SPDX-License-Identifier: Apache-2.0
// The portable proof of one entry, made from what this node holds.
#pragma once

#include <cstdint>
#include <string>

#include "replication/ports.h"

namespace dure::node {

/// The tlog-proof of entry `index` under the newest complete head, with extra = salt || leaf. It
/// was checked before it is given out. Errors: kConflict (the head does not cover the entry yet),
/// kNotFound, kGone (no salt), kStorage.
Result<std::string> build_proof(LogReader& logs, LogId log, std::uint64_t index);

}  // namespace dure::node
