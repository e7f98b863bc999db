// SPDX-License-Identifier: Apache-2.0
// Which of the heads shown to us are signed by the log, which is newest, and which contradict what
// we hold.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "replication/puller.h"

namespace dure::node {

struct HeadChoice {
  std::vector<VerifiedHead> heads;  // verified, largest first, each tree once
  std::optional<Error> refused;     // why an offered head was not counted
  std::optional<Contradiction> contradiction;
};

/// Verifies what is offered and what we hold, and compares them. Two heads of one size with
/// different roots, or a head no larger than what is stored that the stored tree does not confirm,
/// are a contradiction. Errors: kStorage and other failures of `reader`.
Result<HeadChoice> choose_heads(const PullJob& job, const std::vector<OfferedHead>& offered,
                                const MirrorState& state, LogReader& reader);

/// The root of the first `size` entries, computed from the stored tree. Errors: the reader's.
Result<Hash> stored_root(LogReader& reader, LogId log, std::uint64_t size);

/// Checks `heads` that lie within the `stored` entries against the stored tree. `known` is the note
/// cited as ours.
Result<std::optional<Contradiction>> confirm_heads(const std::vector<VerifiedHead>& heads,
                                                   std::uint64_t stored, const std::string& known,
                                                   LogId log, LogReader& reader);

}  // namespace dure::node
