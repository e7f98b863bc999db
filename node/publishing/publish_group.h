// SPDX-License-Identifier: Apache-2.0
// What travels through the publisher's two stages.
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <vector>

#include "publishing/entry_planner.h"

namespace dure::node {

/// What one caller waits for.
struct PublishGroup {
  std::vector<PreparedSubmission> submissions;
  std::size_t bytes = 0;
  std::promise<std::vector<Result<Receipt>>> done;
  std::vector<Result<Receipt>> answers;  // planned, waiting for their head

  /// Answers every submission with `error`.
  void refuse(const Error& error) {
    done.set_value(std::vector<Result<Receipt>>(submissions.size(), error));
  }
  /// Answers what was planned, with `error` in place of each receipt.
  void fail(const Error& error) {
    for (auto& planned : answers) {
      if (planned) planned = error;
    }
    answer();
  }
  void answer() { done.set_value(std::move(answers)); }
};
using PublishGroupPointer = std::unique_ptr<PublishGroup>;

}  // namespace dure::node
