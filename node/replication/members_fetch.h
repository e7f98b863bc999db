// SPDX-License-Identifier: Apache-2.0
// Brings the members-only bodies that a log lacks here, from whoever has them. The log itself never
// waits for them.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "replication/members.h"

namespace dure::node {

/// `/federation/bodies/<origin hash>/<N>[.p/<W>][?from=<k>]`: entries [first, end) of one bundle.
std::string members_bodies_path(std::string_view origin_hash, std::uint64_t first,
                                std::uint64_t end);

struct MembersJob {
  KnownLog log;
  std::vector<std::string> urls;  // the origin's first; then members that may have them
};

struct MembersReport {
  std::string origin;
  std::size_t arrived = 0;
  std::size_t missing = 0;     // of those that were asked for
  std::optional<Error> error;  // the last one; whoever had nothing wrong but no body makes none
};

/// How many one call asks for: the rest comes with the next.
inline constexpr std::size_t kMembersAtOnce = 4096;

/// Asks one place after the other, with a signature, until nothing is missing. Each body is checked
/// against its leaf; a wrong one ends that place's part. Errors (in the report): the sources',
/// kBadCommitment, kMalformed, kStorage.
MembersReport fetch_members_bodies(const MembersJob& job, const OpenSource& open, LogReader& logs,
                                   MembersStore& store, const std::stop_token& stop = {});

}  // namespace dure::node
