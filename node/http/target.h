// SPDX-License-Identifier: Apache-2.0
// Paths and queries of request targets, decoded once.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/head.h"

namespace dure::node::http {

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

/// Decodes `target` into `out`, whose storage is used again.
/// Refused: broken escapes, NUL and control bytes, invalid UTF-8, encoded slashes and backslashes,
/// empty inner segments, `.` and `..` segments, however spelled.
std::optional<Refusal> parse_target(std::string_view target, Target& out);

}  // namespace dure::node::http
