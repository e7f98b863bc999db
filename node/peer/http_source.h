// SPDX-License-Identifier: Apache-2.0
// Fetches from a peer over HTTP or HTTPS. A hostile peer can waste a bounded time and nothing else.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "dure/key.h"
#include "peer/base_url.h"
#include "replication/ports.h"

namespace dure::node {

/// Waits `time`, or until `stop`; false in the latter case.
using Pause = std::function<bool(std::chrono::seconds time, const std::stop_token& stop)>;
bool pause_for(std::chrono::seconds time, const std::stop_token& stop);

/// With what requests are signed that ask for it.
struct RequestSigning {
  const Signer* signer = nullptr;           // the member's request key; outlives the sources
  std::function<std::int64_t()> now;        // POSIX seconds
  std::function<std::string()> make_nonce;  // 22 to 64 characters of base64url, never one again
};

struct HttpSourceOptions {
  std::chrono::milliseconds connect_timeout{5'000};   // TCP and TLS together, for each address
  std::chrono::milliseconds silence_timeout{10'000};  // nothing arrives
  std::chrono::milliseconds total_timeout{
      60'000};  // one whole exchange, however steadily it trickles
  // Waited in all before one fetch gives up on a peer that answers 429 with Retry-After.
  std::chrono::seconds patience{60};
  Pause pause = pause_for;
  std::size_t head_bytes = 16 * 1024;
  std::size_t header_count = 100;
  std::string ca_file;  // PEM; trusted besides the system's authorities
  std::string user_agent = "dure";
  std::stop_token stop;                        // ends waiting within 100 ms
  std::optional<RequestSigning> signing = {};  // none: requests that ask for it are kRefused
};

/// Shape:  one kept-alive connection, opened by the first fetch and again when the peer closed it.
/// Errors: kInvalid (base URL). Certificates are always verified against the host's name.
Result<std::unique_ptr<Source>> open_http_source(const std::string& base_url,
                                                 const HttpSourceOptions& options = {});

/// `options` bound to open_http_source.
OpenSource http_opener(HttpSourceOptions options = {});

}  // namespace dure::node
