// SPDX-License-Identifier: Apache-2.0
// Asks whether a page is there, as little as possible of it, and nobody who is not to be asked.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "links/ports.h"

namespace dure::node {

struct LinkProbeOptions {
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds silence_timeout{8'000};
  std::chrono::milliseconds total_timeout{12'000};  // of one exchange
  std::chrono::milliseconds deadline{40'000};       // of one question with all its redirects
  std::size_t redirects = 4;
  std::size_t body_bytes = 64 * 1024;  // read of a page whose HEAD says little
  bool private_addresses = false;      // also what is not on the public Internet
  std::string ca_file;                 // PEM; trusted besides the system's authorities
  std::string user_agent;
};

/// Where a redirect at `url` leads. Empty if nobody can go there. Shape: a checkable link.
std::string redirect_target(std::string_view url, std::string_view location);

/// Threads: one.
class LinkProbe {
 public:
  explicit LinkProbe(LinkProbeOptions options);
  ~LinkProbe();
  LinkProbe(const LinkProbe&) = delete;
  LinkProbe& operator=(const LinkProbe&) = delete;

  /// HEAD, and GET where HEAD brings no success; each redirect likewise, each to an address that
  /// may be asked.
  LinkAnswer ask(const std::string& url, const std::stop_token& stop);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dure::node
