// SPDX-License-Identifier: Apache-2.0
// Asks for cosignatures and mirrors until a head is final. Small on purpose: what a node itself
// does about it can take this place.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "simulation/history_book.h"

namespace dure::simulation {

/// A head of which everybody may believe that it stays.
struct FinalHead {
  std::string origin;
  Tree tree;
  std::vector<std::string> voices;      // operators whose witness cosigned it
  std::vector<Network::Place> holders;  // mirrors that say they hold it
};

/// One node's asking. What it remembers is not needed after a start.
class Finality {
 public:
  /// The public head of `node` if it is final now: a quorum of the witnesses that `charter` assigns
  /// to its log has cosigned it, and at least one mirror says it holds it.
  std::optional<FinalHead> ask(SimulatedNode& node, const Charter& charter, Network& network);

 private:
  bool ask_witness(SimulatedNode& node, Network& network, const std::string& url,
                   const VerifierKey& key, const SignedCheckpoint& head);
  std::map<std::string, std::uint64_t> sizes_;  // what each witness cosigned last, by URL
};

}  // namespace dure::simulation
