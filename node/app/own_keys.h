// SPDX-License-Identifier: Apache-2.0
// Which of its keys a node uses while one seed takes the place of another. Nothing remembers how
// far that has come: it follows from the key files that are there and from the newest charter.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "app/node_keys.h"

namespace dure::node {

struct NodeParts;

enum class KeyPhase {
  kSettled,   // one seed
  kAsked,     // there is a new one, which the charter does not name yet
  kBoth,      // the charter names both: heads get two signatures
  kReplaced,  // the old one does not count any more, or is lost: the new one is to take its place
  kWaiting,   // the old one is lost and the charter does not name the new one: nothing is signed
};
/// "settled", "asked", "both", "replaced", "waiting".
std::string_view key_phase_name(KeyPhase phase);

/// The log keys of the seeds that are there.
struct SeedKeys {
  std::optional<VerifierKey> present;  // of seed.key
  std::optional<VerifierKey> coming;   // of seed.key.new
};
/// `chartered`: the log's keys in the newest charter.
KeyPhase key_phase(const SeedKeys& seeds, const std::vector<VerifierKey>& chartered);

/// Opened key files, each for its part.
struct OwnKeys {
  SeedKeys seeds;
  KeyPhase phase = KeyPhase::kSettled;
  std::unique_ptr<NodeKeys> keys;    // of which witness, mirror and request keys are used
  std::unique_ptr<NodeKeys> coming;  // kAsked: those that were asked for
  std::unique_ptr<Signer> log;
  std::unique_ptr<Signer> second;  // kBoth: the old log key
};
/// `node` has folder, settings and the charter, if there is one. Errors: as NodeKeys.
Result<OwnKeys> open_own_keys(const NodeParts& node);

/// The keys under which heads of the own log count at present.
std::vector<VerifierKey> own_log_keys(const NodeParts& node);
/// Also those that counted when something was stored here: of the own log, or of another's.
std::vector<VerifierKey> log_keys_ever(const NodeParts& node, std::string_view origin);

/// Why a node whose key is lost signs nothing; empty in every other case.
std::optional<Error> key_not_named(const NodeParts& node);

}  // namespace dure::node
