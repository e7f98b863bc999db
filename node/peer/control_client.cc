// SPDX-License-Identifier: Apache-2.0
#include "peer/control_client.h"

#include "peer/bounded_client.h"

namespace dure::node {

Result<ControlResponse> call_control(const std::string& socket_path, const std::string& method,
                                     const std::string& path, std::string_view body,
                                     const std::string& content_type,
                                     const ControlOptions& options) {
  BoundedClient client("localhost", 80, [&socket_path]() -> Result<Dialled> {
    auto descriptor = dial_unix(socket_path);
    if (!descriptor) return std::move(descriptor).error();
    return Dialled{std::move(*descriptor), nullptr};
  });
  httplib::Request request;
  request.method = method;
  request.path = path;
  if (!body.empty() || method != "GET") {
    request.body = std::string(body);
    if (!content_type.empty()) request.headers.emplace("Content-Type", content_type);
  }
  StreamLimits limits;
  limits.body_bytes = 2 * options.max_bytes + 64 * 1024;
  limits.deadline = std::chrono::steady_clock::now() + options.timeout;
  limits.silence = options.timeout;
  auto answer = client.exchange(request, limits, options.max_bytes);
  if (!answer) return std::move(answer).error();
  const auto type = answer->headers.find("Content-Type");
  return ControlResponse{answer->status,
                         type == answer->headers.end() ? std::string() : type->second,
                         std::move(answer->body)};
}

}  // namespace dure::node
