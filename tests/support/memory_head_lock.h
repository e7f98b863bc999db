// SPDX-License-Identifier: Apache-2.0
// A head lock without a disk, with failures on demand.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "publishing/ports.h"
#include "support/failures.h"

namespace dure::node {

class MemoryHeadLock final : public HeadLock {
 public:
  FailNext fail_next;

  Result<std::optional<std::string>> head() override {
    const std::lock_guard lock(mutex_);
    return head_;
  }
  Status replace_head(const std::optional<std::string>& expected, std::string_view next) override {
    return fail_next.around([&]() -> Status {
      const std::lock_guard lock(mutex_);
      if (head_ != expected) return Error{ErrorCode::kConflict, "another head"};
      head_ = std::string(next);
      history_.emplace_back(next);
      return ok();
    });
  }
  /// Every note that was ever locked, oldest first.
  std::vector<std::string> history() const {
    const std::lock_guard lock(mutex_);
    return history_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<std::string> head_;
  std::vector<std::string> history_;
};

}  // namespace dure::node
