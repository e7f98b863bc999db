// SPDX-License-Identifier: Apache-2.0
// Final and mirrored heads without a disk, with failures on demand.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/failures.h"
#include "witnessing/ports.h"

namespace dure::node {

class MemoryFinality final : public FinalHeads, public MirroredHeads, public IndependentHeads {
 public:
  FailNext fail_next;

  Result<std::optional<FinalHead>> final_head() override {
    const std::lock_guard lock(mutex_);
    return final_;
  }
  Status keep_final_head(const FinalHead& head) override {
    return fail_next.around([&]() -> Status {
      const std::lock_guard lock(mutex_);
      final_ = head;
      return ok();
    });
  }
  Result<std::vector<MirroredHead>> mirrored_heads() override {
    const std::lock_guard lock(mutex_);
    std::vector<MirroredHead> heads;
    for (const auto& [origin, head] : mirrored_) heads.push_back(head);
    return heads;
  }
  Status keep_mirrored_head(const MirroredHead& head) override {
    return fail_next.around([&]() -> Status {
      const std::lock_guard lock(mutex_);
      mirrored_[head.origin] = head;
      return ok();
    });
  }

  Result<std::optional<std::string>> independent_head() override {
    const std::lock_guard lock(mutex_);
    return independent_;
  }
  Status keep_independent_head(std::string_view note) override {
    return fail_next.around([&]() -> Status {
      const std::lock_guard lock(mutex_);
      independent_ = std::string(note);
      return ok();
    });
  }

 private:
  std::mutex mutex_;
  std::optional<FinalHead> final_;
  std::optional<std::string> independent_;
  std::map<std::string, MirroredHead> mirrored_;
};

}  // namespace dure::node
