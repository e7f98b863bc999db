// SPDX-License-Identifier: Apache-2.0
// While a node runs: a head of its own log that it did not sign means that a twin runs with the
// same key; and a quarantine that peers can end is tried again when they answer.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "replication/heads.h"

namespace dure::node {

struct NodeParts;

/// Threads: any.
class OwnLogWatch {
 public:
  explicit OwnLogWatch(NodeParts& node) : node_(node) {}
  /// The peer at `url` answered; `heads` are those it knows, empty if they are as before.
  void saw(const std::string& url, const std::vector<AnnouncedHead>& heads);
  /// Somebody shows this head of our own log: a mirror, or a witness that answered 409.
  void judge(const std::string& url, const std::string& note);

 private:
  void try_again(const std::string& text_before);

  NodeParts& node_;
  std::mutex healing_;  // held while healing: one at a time
  std::chrono::steady_clock::time_point last_try_{};
};

}  // namespace dure::node
