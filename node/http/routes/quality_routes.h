// SPDX-License-Identifier: Apache-2.0
// How well a member describes its data, for programs.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "dure/result.h"
#include "formats/quality.h"
#include "http/router.h"

namespace dure::node::http {

struct QualityPorts {
  /// The name of a known log. Errors: kNotFound, kStorage.
  std::function<Result<std::string>(std::string_view hash)> origin_of;
  std::function<std::string(std::string_view origin)> publisher;
  std::function<Result<QualityTally>(const std::string& origin)> report;
};

///   GET /api/v1/members/{hash}/quality
void add_quality_routes(Router& router, QualityPorts ports);

}  // namespace dure::node::http
