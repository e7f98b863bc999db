// SPDX-License-Identifier: Apache-2.0
#include "app/node_probe.h"

#include "peer/control_client.h"

namespace dure::node {

Probe probe_node(const DataFolder& folder) {
  ControlOptions options;
  options.timeout = std::chrono::seconds(5);
  const auto answer = call_control(folder.control_socket(), "GET", "/healthz", {}, {}, options);
  if (answer) return Probe::kAnswers;
  return answer.error().code == ErrorCode::kNotFound ? Probe::kNobody : Probe::kSilent;
}

}  // namespace dure::node
