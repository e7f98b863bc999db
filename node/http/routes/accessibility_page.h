// SPDX-License-Identifier: Apache-2.0
// The accessibility statement of this node.
#pragma once

#include <string>

#include "http/router.h"
#include "membership/ports.h"

namespace dure::node::http {

///   GET /accessibility   lang
/// `version`: of this program.
void add_accessibility_page(Router& router, NodeCard own, std::string version);

}  // namespace dure::node::http
