// SPDX-License-Identifier: Apache-2.0
// Signs heads over durable leaves, one after the other.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "publishing/publisher.h"

namespace dure::node {

/// Signs the newest head once more if one of the present keys has not, before anything else is
/// signed: what is shown afterwards counts also for who knows only that key. Does nothing in a
/// quarantine. Errors: those of signing; as HeadLock::replace_head and OwnLog::publish_head.
Status sign_anew(const PublisherPorts& ports, Recovered& recovered);

/// The only place that signs new heads of the own log. Threads: one calls cover; the others any.
class HeadSigner {
 public:
  HeadSigner(const PublisherPorts& ports, const Recovered& recovered);

  /// Makes sure that a durable signed head covers `leaves`, which are on disk and extend all that
  /// were covered before.
  ///
  /// Errors: those of signing (try again); kQuarantined: nothing is signed any more.
  Status cover(const CompactRange& leaves);
  /// From now on nothing is signed. The first reason stays. Answers the error for those who wait.
  Error stop_signing(const char* text, std::string detail);
  /// The same; threads: any.
  void stop_signing(const Error& reason);
  /// Goes on from `recovered` if the quarantine is the one found at the start. False if there is
  /// none, or another. Threads: the covering one.
  bool resume(const Recovered& recovered);

  /// Cheap while there is none.
  std::optional<Error> quarantine() const;
  std::uint64_t signed_size() const;
  /// Would a log that starts with these leaves be without a head, or behind one?
  bool behind(const CompactRange& leaves) const;

 private:
  Status lock_head(const SignedCheckpoint& head);

  const PublisherPorts& ports_;
  std::optional<std::string> locked_note_;       // the covering thread: what the head lock holds
  std::optional<SignedCheckpoint> unpublished_;  // the covering thread

  mutable std::mutex mutex_;  // guards what follows; never held while storing or signing
  std::optional<Error> quarantine_;
  bool from_start_ = false;  // quarantine_ is what recovery found; what comes up later outranks it
  std::uint64_t signed_size_ = 0;
  std::atomic<bool> quarantined_ = false;  // tells without the mutex that quarantine_ is set
};

}  // namespace dure::node
