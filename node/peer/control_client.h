// SPDX-License-Identifier: Apache-2.0
// Talks to the node that runs on this data folder, over its Unix socket.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "dure/result.h"

namespace dure::node {

struct ControlResponse {
  int status = 0;
  std::string content_type;
  std::string body;
};

struct ControlOptions {
  std::chrono::milliseconds timeout{600'000};  // publishing many entries takes its time
  std::size_t max_bytes = 64 << 20;            // of the answer
};

/// One request over the socket at `socket_path`. Any HTTP status is an answer.
/// Errors: kNotFound (no socket there: no node runs), kUnavailable, kTooLarge, kMalformed.
Result<ControlResponse> call_control(const std::string& socket_path, const std::string& method,
                                     const std::string& path, std::string_view body = {},
                                     const std::string& content_type = {},
                                     const ControlOptions& options = {});

}  // namespace dure::node
