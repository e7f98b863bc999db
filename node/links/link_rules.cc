// SPDX-License-Identifier: Apache-2.0
#include "links/link_rules.h"

#include <algorithm>

namespace dure::node {
namespace {

constexpr std::int64_t kDay = 86'400;

}  // namespace

KnownLink after_answer(const KnownLink& before, const LinkAnswer& answer, std::int64_t now,
                       bool heard, const LinkRules& rules) {
  KnownLink after = before;
  after.finding = answer.finding;
  after.status = answer.status;
  after.checked_at = now;
  after.next_at = now + std::max({rules.interval, kDay,
                                  static_cast<std::int64_t>(
                                      std::min(answer.retry_after, std::uint64_t{30 * 86'400}))});
  switch (answer.finding) {
    case LinkFinding::kAnswers:
    case LinkFinding::kUnclear:
      after.failures = 0;
      after.dead_since = 0;
      after.dead_status = 0;
      return after;
    case LinkFinding::kRefused:
      return after;
    case LinkFinding::kSilent:
      // Our own connection may be what is missing. It is asked again tomorrow.
      if (!heard) {
        after.next_at = now + kDay;
        return after;
      }
      break;
    case LinkFinding::kGone:
      break;
  }
  const bool same_day = before.checked_at != 0 && before.checked_at / kDay == now / kDay;
  if (!same_day || before.failures == 0) after.failures = before.failures + 1;
  if (after.failures >= rules.failures && after.dead_since == 0) {
    after.dead_since = now;
    after.dead_status = answer.status;
  }
  return after;
}

}  // namespace dure::node
