// SPDX-License-Identifier: Apache-2.0
// How a fake store fails: every write can fail in two ways, and the caller cannot tell them apart.
#pragma once

#include <atomic>

#include "dure/result.h"

namespace dure::node {

enum class Failure {
  kNone,
  kBeforeWrite,  // nothing was kept
  kAfterWrite,   // everything was kept, but the caller hears of an error
};

/// The failure of one write to come; used up by it.
class FailNext {
 public:
  /// Of the next write, or of the one after `skipped` others.
  void arm(Failure failure, int skipped = 0) {
    skipped_ = skipped;
    failure_ = failure;
  }
  /// Whether the write that was to fail is still to come.
  bool armed() const { return failure_ != Failure::kNone; }
  /// Runs `write` unless it must fail first; then reports a failure if it must fail after.
  template <class Write>
  Status around(const Write& write) {
    const bool due = armed() && skipped_-- == 0;
    const Failure failure = due ? failure_.exchange(Failure::kNone) : Failure::kNone;
    if (failure == Failure::kBeforeWrite) return injected();
    Status status = write();
    if (status && failure == Failure::kAfterWrite) return injected();
    return status;
  }

 private:
  static Error injected() { return {ErrorCode::kStorage, "injected failure", "storage.io"}; }
  std::atomic<Failure> failure_{Failure::kNone};
  std::atomic<int> skipped_{0};
};

}  // namespace dure::node
