// SPDX-License-Identifier: Apache-2.0
// Operations on the whole node that the control API offers: pull, fsck, transfer files. Each
// answers JSON.
#pragma once

#include <string>

#include "app/node_parts.h"

namespace dure::node {

/// {"pulled":[{"origin","from","to","head_size","entries","wire_bytes","source","error"?,"error_detail"?}]}
std::string pull_once(NodeParts& node);

/// {"logs":[{"origin","size","stored","bodies","absent","bytes","damage_count","damages":[…]}],"inbox","damage_count",
///  "catalogue_rebuilt"}. Errors: kStorage.
Result<std::string> check_everything(NodeParts& node, bool rebuild_catalogue);

/// Pulls every log of the file that this node knows, or whose key is `vkey`. Shape: as pull_once,
/// plus "skipped":[origin]. Errors: kNotFound, kMalformed, kStorage, kInvalid (vkey).
Result<std::string> import_transfer_file(NodeParts& node, const std::string& path,
                                         const std::string& vkey);

/// Writes the log `origin`, or every log that has a head, to a new file that appears at `path` only
/// when it is whole.
/// {"path","logs":[{"origin","size","bytes"}]}. Errors: kNotFound (no such log, nothing to export),
/// kStorage.
Result<std::string> export_transfer_file(NodeParts& node, const std::string& path,
                                         const std::string& origin);

}  // namespace dure::node
