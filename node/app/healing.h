// SPDX-License-Identifier: Apache-2.0
// Brings back the own log's entries that a restored backup lacks, from the peers that mirror them
// (design §5.2).
#pragma once

#include "app/own_log_parts.h"
#include "membership/ports.h"

namespace dure::node {

/// What to do about an entry whose body no mirror gives: it was erased, or only a peer that does
/// not answer has it.
enum class AbsentBodies { kRefuse, kAccept };

/// Pulls what the peers hold of our own log beyond what is here, proven under heads that our own
/// key signed, and moves the head lock forward to the newest of them. Nothing is signed. Errors:
/// kInconsistent (a peer's history contradicts ours), kUnavailable, kStorage, and what a pull can
/// say.
Result<Healed> heal_own_log(const OwnLogParts& own, const std::vector<PeerEntry>& peers,
                            AbsentBodies absent);

}  // namespace dure::node
