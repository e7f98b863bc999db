// SPDX-License-Identifier: Apache-2.0
// Keeps a second process off the same data folder.
#pragma once

#include <memory>
#include <string>

#include "dure/result.h"

namespace dure::node {

/// Holds an exclusive flock on a file while it lives; the kernel drops it when the process dies.
class ProcessLock {
 public:
  /// Errors: kRefused (`storage.locked`, with the holder's {pid}); kStorage.
  static Result<std::unique_ptr<ProcessLock>> take(const std::string& path);
  /// The process that holds the lock at `path`, 0 if none does or its number is not known.
  static long holder(
      const std::string& path);  // NOLINT(google-runtime-int): pid_t is a system type
  ~ProcessLock();
  ProcessLock(const ProcessLock&) = delete;
  ProcessLock& operator=(const ProcessLock&) = delete;

 private:
  explicit ProcessLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace dure::node
