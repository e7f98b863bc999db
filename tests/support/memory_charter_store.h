// SPDX-License-Identifier: Apache-2.0
// Charter texts without a disk, with failures on demand.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "membership/charter_store.h"
#include "support/failures.h"

namespace dure::node {

class MemoryCharterStore final : public CharterStore {
 public:
  FailNext fail_next;

  Result<std::vector<CharterFile>> charter_files() override {
    const std::lock_guard lock(mutex_);
    std::vector<CharterFile> files;
    for (const auto& [key, file] : files_) files.push_back(file);
    return files;
  }
  Status keep_charter_files(std::span<const CharterFile> files) override {
    return fail_next.around([&] {
      const std::lock_guard lock(mutex_);
      for (const CharterFile& file : files) {
        const auto key = std::pair(file.paper, file.key);
        if (file.text.empty()) {
          files_.erase(key);
        } else {
          files_.insert_or_assign(key, file);
        }
      }
      return ok();
    });
  }

 private:
  std::mutex mutex_;
  std::map<std::pair<CharterPaper, std::string>, CharterFile> files_;
};

}  // namespace dure::node
