// SPDX-License-Identifier: Apache-2.0
// Peers over the control API: look at one, add it, list them, remove one.
#pragma once

#include "http/routes/control_routes.h"

namespace dure::node::http {

Response list_peers(const ControlPorts& ports, const Request& request);
/// Without a vkey it answers the card and the fingerprint to confirm; with one it adds the peer if
/// the card has it.
Response look_or_add_peer(const ControlPorts& ports, const Request& request);
Response remove_peer(const ControlPorts& ports, const Request& request);

}  // namespace dure::node::http
