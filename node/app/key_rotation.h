// SPDX-License-Identifier: Apache-2.0
// `dure key rotate`: another seed takes the place of the one that is there, by charter and step by
// step. Each step can be cut off: what is there afterwards says how to go on (own_keys.h).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/node_parts.h"
#include "publishing/recovery.h"

namespace dure::node {

/// Makes the new seed of a stopped node whose own is lost; nothing if there is one already.
/// Errors: kConflict (a seed is there), kNotFound (no node), kRefused (the node runs), kStorage.
Status make_seed_for_lost(const Settings& settings, Suite suite, const Passphrase* passphrase);

/// What a command asks of a node.
struct RotationWish {
  enum class Step { kBegin, kFinish, kReplaceLost };
  Step step = Step::kBegin;
  Suite suite = Suite::kEd25519;  // of a seed that is made
};
/// What became of it, and whether the charter is another one now.
struct Rotation {
  std::string report;  // key_report, with "draft" (hex hash) and "told" (members that took it)
  bool adopted = false;
};
/// Makes what is missing and asks the stewards; a node that is its own only one signs at once.
/// Errors: kUnsupported (a log key in a token), kConflict (another step is due), kRefused (not in
/// the charter, or sealed), those of the charter (frozen, too many drafts), kStorage.
Result<Rotation> rotate_keys(NodeParts& node, const RotationWish& wish);

/// Asks again whenever the charter changed before it took the wish in. True if it is another one
/// now.
bool ask_for_keys(NodeParts& node);
/// After an adoption: a serving node is opened anew if it is to use other keys from now on.
void notice_keys(NodeParts& node);

/// Replaces seed.key as soon as its key does not count any more and the head lock holds a head
/// signed by the new one. Errors: kStorage.
Status take_over_new_key(NodeParts& node, const Recovered& recovered);

/// {"phase","log_vkeys","coming"?,"since"?,"finishing"?}: which keys this node uses. `since`: when
/// the charter began to name both, POSIX seconds.
nlohmann::json key_report(NodeParts& node);

}  // namespace dure::node
