// SPDX-License-Identifier: Apache-2.0
// The console as part of a node: a file of its own beside the logs, which no peer ever sees.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "app/node_parts.h"

namespace dure::node {

/// Opens console.db; makes it if the console is on, nothing is there and the node is opened for
/// writing. A file that cannot be opened stops nothing else: it is logged, and commands tell it.
void open_console_parts(NodeParts& node, OpenFor purpose);
/// The pages at /admin/, if the console is on, and what the commands ask for.
void add_console_routes(NodeParts& node);

/// {"enabled","accounts","review"} or {"enabled","error",…}, for `dure status`.
nlohmann::json console_report(NodeParts& node);
/// {"damaged":false} or what is wrong with the file or the audit log, for `dure fsck`.
nlohmann::json check_console(NodeParts& node);

/// The address of the link that sets an account up.
std::string set_up_link(const Settings& settings, const std::string& code);

}  // namespace dure::node
