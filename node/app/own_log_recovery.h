// SPDX-License-Identifier: Apache-2.0
// What must be settled before a node signs: the own log's story, as disk and peers tell it.
#pragma once

#include <string>
#include <vector>

#include "app/own_log_parts.h"
#include "membership/ports.h"
#include "publishing/recovery.h"

namespace dure::node {

/// The heads of our own log that peers know.
struct PeerViews {
  std::vector<std::string> heads;   // notes, not verified
  std::vector<std::string> silent;  // origins of those who did not answer
  std::size_t answered = 0;
};

/// Asks up to `most` of `peers` what they mirror and, as witnesses, have cosigned of our own log.
PeerViews ask_own_heads(const OwnLogParts& own, const std::vector<PeerEntry>& peers,
                        std::size_t most);

/// Compares head lock, leaves and public head with `heads`; if entries are missing here and some
/// peer answered, brings them back from the peers' mirrors and compares again. Errors: kStorage.
Result<Recovered> compare_and_heal(const OwnLogParts& own, const std::vector<PeerEntry>& peers,
                                   const PeerViews& views);

/// Asks the peers for the heads of our own log that they know, then compares and heals. Errors:
/// kStorage; a quarantine is no error.
Result<Recovered> recover_own_log(const OwnLogParts& own, const std::vector<PeerEntry>& peers);

/// The same without asking anybody. Errors: kStorage.
Result<Recovered> settle_own_log(const OwnLogParts& own);

/// True if answers of peers may end this quarantine by themselves.
bool may_heal(const Error& quarantine);

/// Why nothing may be signed: somebody else has signed another history with our key. Empty if
/// nobody has.
std::optional<Error> twin_known(const ForkWatch& forks, std::string_view own_origin);
/// Of what recovery found and a twin that is known, what tells more.
void add_twin(Recovered& recovered, std::optional<Error> twin);

}  // namespace dure::node
