// SPDX-License-Identifier: Apache-2.0
// Which witnesses a charter assigns to a log, and how many of them make a checkpoint final.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dure/charter.h"
#include "dure/policy.h"

namespace dure {

/// One witness of one log.
struct WitnessSeat {
  std::string member;
  VerifierKey key;
  std::string url;             // the member's base URL; may be empty
  std::string operator_group;  // the member's own id if it names none
};

/// Charter::witnesses of the members' witnesses by rendezvous hashing, all of them when fewer: one
/// of each operator first. Never the log's own. Best first; the same for everybody. Spec:
/// PROTOCOL.md §16.
std::vector<WitnessSeat> assign_witnesses(const Charter& charter, std::string_view origin);

/// Each operator among the witnesses has one voice.
struct Quorum {
  std::size_t voices = 0;
  std::size_t needed = 0;  // two thirds of the voices, rounded up
  /// Voices that may lie before two contradicting heads can both be final.
  std::size_t tolerated_traitors() const { return needed == 0 ? 0 : 2 * needed - voices - 1; }
  std::size_t tolerated_outages() const { return voices - needed; }
};
Quorum quorum_of(const std::vector<WitnessSeat>& seats);

/// The tlog-policy under which anybody checks proofs from the log `origin`. Errors: kNotFound (no
/// such log in the charter).
Result<Policy> policy_for(const Charter& charter, std::string_view origin);

}  // namespace dure
