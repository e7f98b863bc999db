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

/// The failure of the next write; used up by it.
class FailNext {
 public:
  void arm(Failure failure) { failure_ = failure; }
  /// Runs `write` unless it must fail first; then reports a failure if it must fail after.
  template <class Write>
  Status around(const Write& write) {
    const Failure failure = failure_.exchange(Failure::kNone);
    if (failure == Failure::kBeforeWrite) return injected();
    Status status = write();
    if (status && failure == Failure::kAfterWrite) return injected();
    return status;
  }

 private:
  static Error injected() { return {ErrorCode::kStorage, "injected failure", "storage.io"}; }
  std::atomic<Failure> failure_{Failure::kNone};
};

}  // namespace dure::node
