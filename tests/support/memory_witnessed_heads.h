// SPDX-License-Identifier: Apache-2.0
// Witnessed heads without a disk, with failures on demand.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "support/failures.h"
#include "witnessing/ports.h"

namespace dure::node {

class MemoryWitnessedHeads final : public WitnessedHeads {
 public:
  FailNext fail_next;

  Result<std::vector<WitnessedHead>> all() override {
    const std::lock_guard lock(mutex_);
    std::vector<WitnessedHead> heads;
    for (const auto& [origin, head] : heads_) heads.push_back(head);
    return heads;
  }
  Status replace(const WitnessedHead& expected, const WitnessedHead& next) override {
    return fail_next.around([&]() -> Status {
      const std::lock_guard lock(mutex_);
      const WitnessedHead& stored = heads_[next.origin];
      const bool same = stored.time == 0
                            ? expected.time == 0
                            : expected.time != 0 && stored.tree.size == expected.tree.size &&
                                  stored.tree.root == expected.tree.root;
      if (!same) return Error{ErrorCode::kConflict, "another head"};
      heads_[next.origin] = next;
      return ok();
    });
  }

 private:
  std::mutex mutex_;
  std::map<std::string, WitnessedHead> heads_;
};

}  // namespace dure::node
