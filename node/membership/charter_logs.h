// SPDX-License-Identifier: Apache-2.0
// What a charter says about logs: whose they are, with which keys, and where they end. Pure
// functions.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dure/charter.h"
#include "replication/log_end.h"

namespace dure::node {

/// The member whose log `origin` is, of whichever generation; null if it is nobody's.
const CharterMember* owner_of(const Charter& charter, std::string_view origin);
/// The keys under which heads of `origin` count: two while one replaces the other; none if the
/// charter does not name it.
std::vector<VerifierKey> log_keys_of(const Charter& charter, std::string_view origin);
/// Where `origin` ends; none if it goes on.
const SealedLog* seal_of(const Charter& charter, std::string_view origin);
std::optional<LogEnd> end_of(const Charter& charter, std::string_view origin);

/// The sealed logs whose records `origin` goes on with, oldest first: each sealed, each naming the
/// next generation of the same member as its successor, or none.
/// Spec: PROTOCOL.md 22.7.
std::vector<const SealedLog*> continued_by(const Charter& charter, std::string_view origin);
/// The name of the first of the logs that go on in one another up to `origin`: its own, if it
/// continues none. What carries the name of a member's log without being one (the charter does not
/// name it, and it is not `own`) continues none.
std::string line_of(const Charter& charter, std::string_view origin, std::string_view own);

/// Whether the entry at `erase_index` of `origin` may erase entry `target` of `sealed`: a sealed
/// log that `origin` goes on with, before its end. `own` counts though the charter may not name it
/// yet. Spec: PROTOCOL.md 17.7.
bool may_erase_sealed(const Charter& charter, std::string_view own, std::string_view origin,
                      std::uint64_t erase_index, std::string_view sealed, std::uint64_t target);

/// What is to be followed because of the charter.
struct CharteredLog {
  std::string origin;
  VerifierKey key;  // the newest of its keys
  std::string url;  // empty for a log that its member gave up: only others serve it
  const CharterMember* member = nullptr;
};
/// Every log of every member, in the charter's order; refers into `charter`.
std::vector<CharteredLog> chartered_logs(const Charter& charter);

}  // namespace dure::node
