// SPDX-License-Identifier: Apache-2.0
// Sees a question arrive that this node was asked under its own public address, so that
// `dure doctor` can tell whether the proxy in front says whose requests it brings.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "http/message.h"

namespace dure::node {

/// Threads: any.
class FrontWatch {
 public:
  struct Seen {
    std::string client;         // address that the request was taken to come from
    std::string forwarded_for;  // X-Forwarded-For as it arrived
  };

  /// The mark that the question will bear; waited for a minute.
  std::string expect();
  /// Looks at a request; costs nothing while none is expected.
  void look_at(const http::Request& request);
  /// What arrived with `mark`; nothing if none did.
  std::optional<Seen> arrived(const std::string& mark) const;

 private:
  struct Expected {
    std::string mark;
    std::chrono::steady_clock::time_point until;
    std::optional<Seen> seen;
  };

  std::atomic<bool> waiting_{false};
  mutable std::mutex mutex_;  // guards expected_
  std::vector<Expected> expected_;
};

}  // namespace dure::node
