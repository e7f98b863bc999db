// SPDX-License-Identifier: Apache-2.0
// The publisher's second stage: signs heads over durable leaves, one after the other, and answers
// who waited for them.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "publishing/publish_group.h"

namespace dure::node {

/// The only place that signs heads. Threads: any; owns one.
class HeadStage {
 public:
  HeadStage(const PublisherPorts& ports, const Recovered& recovered);
  /// Covers what was handed over, then stops.
  ~HeadStage();
  HeadStage(const HeadStage&) = delete;
  HeadStage& operator=(const HeadStage&) = delete;

  /// `leaves` are on disk and extend all that were handed over before; `groups` wait for a head
  /// over them.
  void hand_over(const CompactRange& leaves, std::vector<PublishGroupPointer> groups);
  /// From now on nothing is signed. The first reason stays. Answers the error for those who wait.
  Error stop_signing(const char* text, std::string detail);

  std::optional<Error> quarantine() const;
  std::uint64_t signed_size() const;

 private:
  struct Durable {
    CompactRange leaves;
    std::vector<PublishGroupPointer> groups;
  };
  void loop();
  Status cover(const CompactRange& leaves);
  Status lock_head(const SignedCheckpoint& head);

  const PublisherPorts& ports_;
  std::optional<std::string> locked_note_;       // own thread: what the head lock holds
  std::optional<SignedCheckpoint> unpublished_;  // own thread

  mutable std::mutex mutex_;  // guards what follows; never held while storing or signing
  std::condition_variable work_;
  std::deque<Durable> waiting_;
  std::optional<Error> quarantine_;
  std::uint64_t signed_size_ = 0;
  bool closing_ = false;

  std::thread thread_;  // last: starts when everything else is there
};

}  // namespace dure::node
