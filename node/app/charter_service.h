// SPDX-License-Identifier: Apache-2.0
// What a node does about its charter: begins one alone, asks the other members for news, joins,
// takes requests to join, and follows whoever it names.
#pragma once

#include <stop_token>
#include <string>

#include "app/node_parts.h"
#include "http/routes/charter_routes.h"

namespace dure::node {

/// A node whose book has no charter begins a federation of its own.
/// Errors: kStorage, kMalformed (damaged), kRefused (charter key readable by others).
Status open_charter(NodeParts& node);

/// Asks members for charters and drafts, and whether this node was taken in where it asked to be;
/// all of them, or one at random.
void exchange_charters(NodeParts& node, bool all);
/// exchange_charters now and then until `stop`.
void run_charter_exchange(NodeParts& node, const std::stop_token& stop);

http::CharterPorts charter_ports(NodeParts& node);

}  // namespace dure::node
