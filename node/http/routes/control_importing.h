// SPDX-License-Identifier: Apache-2.0
// Imports over the control API: what came from another system is compared with the own log and
// published, or with ?dry_run=1 only told.
#pragma once

#include "http/routes/control_routes.h"

namespace dure::node::http {

Response import_gov24(const ControlPorts& ports, const Request& request);
/// Entries that the asker made from a file of another system, one a line, each with an identifier.
Response import_entries(const ControlPorts& ports, const Request& request);

}  // namespace dure::node::http
