// SPDX-License-Identifier: Apache-2.0
// What a node does about logs that the charter has sealed: only the history up to the sealed head
// counts.
#pragma once

#include <optional>
#include <string>

#include "app/node_parts.h"

namespace dure::node {

/// Where `origin` ends, if the charter has sealed it.
std::optional<LogEnd> sealed_end(const NodeParts& node, std::string_view origin);

/// Compares what is stored of every sealed log with its last head. What fits is shown up to there
/// and served with that head, and forks of it count as decided. Another history is put aside, and
/// the right one asked for at whoever has it. Repeating it changes nothing. Talks to nobody.
void settle_seals(NodeParts& node);

/// The name under which the records of `origin` and of the sealed logs that it continues are one.
std::string record_line(const NodeParts& node, std::string_view origin);

/// Lets the own log go on with the records of the sealed logs that it continues, as soon as these
/// are here. Repeating it changes nothing.
void go_on_with_records(NodeParts& node);

/// A pull found that what is stored of a sealed log is not the beginning of its history.
void begin_sealed_anew(NodeParts& node, const PullJob& job, const PullReport& report);

/// How far a sealed log is here.
enum class SealedHere {
  kComplete,  // all of its history
  kMissing,   // some of it has not been got from anybody yet
  kUnknown,   // nothing of this log is here
};
SealedHere sealed_here(const NodeParts& node, const SealedLog& seal);

/// Why nothing may be signed: the charter has sealed this node's own log. Empty if it has not.
std::optional<Error> own_log_sealed(const NodeParts& node);

}  // namespace dure::node
