// SPDX-License-Identifier: Apache-2.0
// Which heads of one log are held where: what stewards must know before they seal it.
#pragma once

#include <string>

#include "app/node_parts.h"

namespace dure::node {

/// Asks every member and peer for the head of `origin` that it serves, and adds what is here.
/// {"origin","forked","silent":[…],"heads":[{"size","root","holders":[…]},…]}, most holders first,
/// then the largest. Only heads with a valid signature by the log count. Errors: kNotFound (a log
/// that is not known here).
Result<std::string> survey_heads(NodeParts& node, const std::string& origin);

}  // namespace dure::node
