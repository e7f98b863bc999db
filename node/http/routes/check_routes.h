// SPDX-License-Identifier: Apache-2.0
// The page on which a reader's browser verifies an entry's proof, and its script.
#pragma once

#include <functional>
#include <string>

#include "http/routes/page_routes.h"

namespace dure::node::http {

struct CheckPorts {
  NodeCard own;
  std::function<Result<RecordView>(std::string_view id, std::string_view origin)> record;
  /// Where this node serves the policy for proofs from the log `origin`.
  std::function<std::string(std::string_view origin)> policy_href;
};

///   GET /e/{id}/check   origin lang   200; 303 to the entry's page where there is nothing to
///   verify GET /check          lang          for downloaded files GET /check.js
void add_check_routes(Router& router, CheckPorts ports);

}  // namespace dure::node::http
