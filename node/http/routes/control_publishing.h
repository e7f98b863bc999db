// SPDX-License-Identifier: Apache-2.0
// Publishing over the control API: files of entries, imports, withdrawals.
#pragma once

#include "http/routes/control_routes.h"

namespace dure::node::http {

Response publish_entries(const ControlPorts& ports, const Request& request);
Response import_gov24(const ControlPorts& ports, const Request& request);
Response withdraw_entry(const ControlPorts& ports, const Request& request);

}  // namespace dure::node::http
