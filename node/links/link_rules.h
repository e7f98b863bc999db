// SPDX-License-Identifier: Apache-2.0
// When an address is asked again, and when it counts as dead.
#pragma once

#include "links/ports.h"

namespace dure::node {

struct LinkRules {
  std::int64_t interval = 7 * 86'400;  // between two questions to one address, at least a day
  std::uint64_t failures = 3;          // in a row, on different days, until it is dead
};

/// `before` after an answer at `now`. A failure on the day (UTC) of the last question does not
/// count, and neither does a silence while this node hears from nobody: `heard` says whether
/// anybody answered lately.
KnownLink after_answer(const KnownLink& before, const LinkAnswer& answer, std::int64_t now,
                       bool heard, const LinkRules& rules);

}  // namespace dure::node
