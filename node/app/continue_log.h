// SPDX-License-Identifier: Apache-2.0
// A government whose log was sealed goes on with the next generation of it.
#pragma once

#include <string>

#include "app/node_parts.h"

namespace dure::node {

/// Makes the stopped node of `folder` one that publishes the next generation of its log: new keys
/// (seed.key; the old one is kept as seed.key.generation-N), an empty own log, and the old one a
/// mirror like others. `settings` are those of its file. What was interrupted is finished by doing
/// it again. Returns the new origin. Errors: kRefused (the charter has not sealed this log, or it
/// goes on elsewhere; the node runs), kStorage, as check_data_folder.
Result<std::string> continue_log(const Settings& settings);

/// Asks to be named in the charter with the log of the new generation, if it is not yet: makes a
/// draft here and hands the request to the other members.
void ask_to_continue(NodeParts& node);

/// Says in the first entry of a new generation which log it continues. Does nothing if there is
/// any entry.
Status begin_with_continues(NodeParts& node);

}  // namespace dure::node
