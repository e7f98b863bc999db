// SPDX-License-Identifier: Apache-2.0
// `dure status --json`: member names here are relied on by scripts.
#pragma once

#include "app/node_parts.h"

namespace dure::node {

/// {"origin","name","region","role","url","log_vkey","fingerprint","size","root","state","indexing":{…},"peers":[…],…}
/// Errors: kStorage.
Result<std::string> status_report(NodeParts& node);

}  // namespace dure::node
