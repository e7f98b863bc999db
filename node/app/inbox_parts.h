// SPDX-License-Identifier: Apache-2.0
// The inbox as part of a node: a file of its own beside the logs, which no peer ever sees.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <stop_token>

#include "app/node_parts.h"

namespace dure::node {

/// Opens inbox.db; makes it if citizens may tell, nothing is there and the node is opened for
/// writing. A file that cannot be opened stops nothing else: it is logged, and commands tell it.
void open_inbox_parts(NodeParts& node, OpenFor purpose);
/// The form and the pages of receipts, if citizens may tell, and what the commands ask for.
void add_inbox_routes(NodeParts& node);
/// Deletes what was decided long enough ago, every hour until `stop`.
void run_inbox(NodeParts& node, const std::stop_token& stop);

/// {"enabled","waiting","since"?} or {"enabled","error",…}, for `dure status`.
nlohmann::json inbox_report(NodeParts& node);
/// {"damaged":false} or what is wrong with the file, for `dure fsck`.
nlohmann::json check_inbox(NodeParts& node);
/// Where the form for an entry of the log `origin` is: empty for this node's own, the address of
/// the other node, or nothing if none is known.
std::optional<std::string> tell_base(NodeParts& node, std::string_view origin);

}  // namespace dure::node
