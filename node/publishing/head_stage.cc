// SPDX-License-Identifier: Apache-2.0
#include "publishing/head_stage.h"

#include <utility>

namespace dure::node {

HeadStage::HeadStage(const PublisherPorts& ports, const Recovered& recovered)
    : ports_(ports), quarantine_(recovered.quarantine) {
  if (recovered.head) {
    locked_note_ = format_note(recovered.head->note);
    signed_size_ = recovered.head->checkpoint.size;
  }
  // A log without a head would be invisible, and leaves without one would wait for the next
  // publication.
  const bool behind = !locked_note_ || signed_size_ < recovered.leaves.size();
  if (!quarantine_ && behind) waiting_.push_back({recovered.leaves, {}});
  thread_ = std::thread([this] { loop(); });
}

HeadStage::~HeadStage() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  work_.notify_all();
  thread_.join();
}

void HeadStage::hand_over(const CompactRange& leaves, std::vector<PublishGroupPointer> groups) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({leaves, std::move(groups)});
  }
  work_.notify_one();
}

Error HeadStage::stop_signing(const char* text, std::string detail) {
  Error error{ErrorCode::kQuarantined, std::move(detail), text};
  const std::lock_guard lock(mutex_);
  if (!quarantine_) quarantine_ = error;
  return error;
}

std::optional<Error> HeadStage::quarantine() const {
  const std::lock_guard lock(mutex_);
  return quarantine_;
}

std::uint64_t HeadStage::signed_size() const {
  const std::lock_guard lock(mutex_);
  return signed_size_;
}

void HeadStage::loop() {
  while (true) {
    std::deque<Durable> work;
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      work.swap(waiting_);
    }
    // One head covers all that came together.
    const auto covered = cover(work.back().leaves);
    const std::uint64_t size = signed_size();
    for (auto& durable : work) {
      for (auto& group : durable.groups) {
        if (!covered) {
          group->fail(covered.error());
          continue;
        }
        for (auto& answer : group->answers) {
          if (answer) answer->size = size;
        }
        group->answer();
      }
    }
  }
}

/// Makes sure that a durable signed head covers `leaves`.
Status HeadStage::cover(const CompactRange& leaves) {
  if (auto stopped = quarantine()) return *stopped;
  if (!locked_note_ || leaves.size() > signed_size()) {
    auto head = sign_checkpoint({ports_.origin, leaves.size(), leaves.root()}, *ports_.signer);
    if (!head) return std::move(head).error();
    if (auto locked = lock_head(*head); !locked) return locked;
    unpublished_ = std::move(*head);
  }
  // A head that could not be published is signed and durable all the same; it is offered again with
  // the next one.
  if (unpublished_ && ports_.log->publish_head(*unpublished_)) unpublished_.reset();
  return ok();
}

Status HeadStage::lock_head(const SignedCheckpoint& head) {
  std::string note = format_note(head.note);
  auto replaced = ports_.head_lock->replace_head(locked_note_, note);
  if (replaced) {
    locked_note_ = std::move(note);
    const std::lock_guard lock(mutex_);
    signed_size_ = head.checkpoint.size;
    return ok();
  }
  // Either a twin has signed, or it is not known whether this head counts. Both end in a fork if we
  // go on.
  const std::string& why = replaced.error().detail;
  if (replaced.error().code == ErrorCode::kConflict) {
    return stop_signing("publishing.head-lock-conflict",
                        "another process has signed a head of this log: " + why);
  }
  return stop_signing("publishing.head-lock-failed", "the head lock failed: " + why);
}

}  // namespace dure::node
