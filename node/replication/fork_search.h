// SPDX-License-Identifier: Apache-2.0
// From two heads that contradict each other to a fork proof: gets at both trees, here or elsewhere.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dure/fork_proof.h"
#include "replication/puller.h"

namespace dure::node {

struct ForkSearch {
  std::string origin;
  std::vector<VerifierKey> keys;
  std::vector<std::string> known;      // notes of heads to accuse with, best first
  std::string offered;                 // the note that contradicts them
  std::optional<LogId> log;            // the log here, if it is mirrored
  std::vector<LogLocation> locations;  // where else the log's tiles may be had, best first
};

/// Proves that `offered` contradicts one of the known heads, naming the first entry that differs if
/// the tiles of both trees can be had. Heads of one size are proven without them.
///
/// Errors: kNotFound (the tiles that are needed cannot be had now), kInvalid (nothing contradicts).
/// Threads: any; talks to peers.
Result<ForkProof> search_fork(const ForkSearch& search, LogReader& reader, const OpenSource& open);

}  // namespace dure::node
