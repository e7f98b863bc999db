// SPDX-License-Identifier: Apache-2.0
// Attachments as part of a node: opened before anything is erased or served, mirrored behind it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <stop_token>

#include "app/node_parts.h"
#include "http/routes/attachment_routes.h"

namespace dure::node {

/// Opens the files and lets the eraser take from them. Store and peers are there, the eraser not
/// yet. Errors: kStorage.
Status open_attachments(NodeParts& node, OpenFor purpose);
/// Makes the mirroring. The catalogue is open, and peers can be reached.
void open_mirroring(NodeParts& node);

/// What the routes of attachments work on.
http::AttachmentRoutePorts attachment_route_ports(NodeParts& node);

/// Fetches what is wanted, once; behind a serving node it only rings for it.
void mirror_attachments(NodeParts& node);
/// The same again and again until `stop`.
void run_mirroring(NodeParts& node, const std::stop_token& stop);

/// How much is here, for `dure status`.
nlohmann::json attachment_report(NodeParts& node);
/// Reads every attachment and names the damaged ones, for `dure fsck`. Errors: kStorage.
Result<nlohmann::json> check_attachments(NodeParts& node);

}  // namespace dure::node
