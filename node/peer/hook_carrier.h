// SPDX-License-Identifier: Apache-2.0
// Carries webhooks over HTTP or HTTPS. A hostile receiver can waste a bounded time and nothing
// else.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "webhooks/ports.h"

namespace dure::node {

struct HookCarrierOptions {
  std::chrono::milliseconds connect_timeout{5'000};   // TCP and TLS together, for each address
  std::chrono::milliseconds silence_timeout{20'000};  // nothing arrives
  std::chrono::milliseconds total_timeout{30'000};    // one whole exchange
  std::size_t answer_bytes = 64 * 1024;               // read and thrown away; more is an error
  std::string ca_file;                                // PEM; besides the system's authorities
  std::string user_agent = "dure";
  std::stop_token stop;  // ends waiting within 100 ms
};

/// A carrier keeps its connection open between posts. Certificates are always verified. Errors
/// of opening: kInvalid (not a URL of a webhook).
OpenHookCarrier hook_carriers(HookCarrierOptions options);

}  // namespace dure::node
