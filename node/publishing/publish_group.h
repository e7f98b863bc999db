// SPDX-License-Identifier: Apache-2.0
// What waits in the publisher's queue.
#pragma once

#include <cstddef>
#include <future>
#include <optional>
#include <vector>

#include "publishing/entry_planner.h"

namespace dure::node {

/// What one caller waits for. Lives in the caller's frame.
struct PublishGroup {
  std::vector<PreparedSubmission> submissions;
  std::size_t bytes = 0;
  std::vector<Result<Receipt>> answers;  // until the batch is answered: planned

  /// Answers every submission with `error`.
  void refuse(const Error& error) { answers.assign(submissions.size(), error); }
  /// Puts `error` in place of each receipt.
  void fail(const Error& error) {
    for (auto& planned : answers) {
      if (planned) planned = error;
    }
  }
};

/// Groups that are stored, signed and answered together. One wake-up answers all of them: waking
/// each caller by itself would cost more than storing its entry, and so would a mutex for which
/// all of them queue once they are awake.
struct PublishBatch {
  std::vector<PublishGroup*> groups;
  std::size_t entries = 0;
  std::size_t bytes = 0;
  // The publishing thread's; here so that the last caller to leave frees what was planned, while
  // the next batch is stored.
  std::optional<EntryPlanner> planner;

  /// For callers: returns once their group's answers are there.
  void wait() const { answered_.wait(); }
  /// From here on the groups belong to their callers again.
  void answer() { promise_.set_value(); }

 private:
  std::promise<void> promise_;
  std::shared_future<void> answered_ = promise_.get_future().share();
};

}  // namespace dure::node
