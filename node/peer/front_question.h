// SPDX-License-Identifier: Apache-2.0
// A question that a node asks under its own public address, to see how it arrives.
#pragma once

#include <chrono>
#include <string>

#include "dure/result.h"
#include "peer/base_url.h"

namespace dure::node {

struct FrontQuestion {
  std::string path;
  std::string mark;     // sent as `Dure-Probe`
  std::string forgery;  // sent as `X-Forwarded-For`: an address that nobody has
  std::string ca_file;  // as make_tls_context()
  std::string user_agent;
  std::chrono::milliseconds longest{4'000};
};

/// The body of a 200. Certificates are verified. Errors: kUnavailable, kTooLarge, kMalformed;
/// kRefused (another status), kNotFound (404).
Result<std::string> ask_front(const BaseUrl& url, const FrontQuestion& question);

}  // namespace dure::node
