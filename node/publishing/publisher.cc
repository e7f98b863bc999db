// SPDX-License-Identifier: Apache-2.0
// Gathers submissions; one thread then plans their entries, appends them durably, has a head signed
// over them, and answers, all that came together at once.
#include "publishing/publisher.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "dure/encoding.h"
#include "dure/erasure.h"
#include "publishing/entry_planner.h"
#include "publishing/head_signer.h"
#include "publishing/publish_group.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxBatchEntries = 4096;
constexpr std::size_t kMaxBatchBytes = std::size_t{8} << 20;

// A key in a token may be away for a moment: the leaves that wait for a head get it without anybody
// publishing again.
constexpr std::chrono::milliseconds kFirstRetry{250};
constexpr std::chrono::milliseconds kLongestRetry{60'000};

bool all_refused(const std::vector<Result<Receipt>>& answers) {
  for (const auto& answer : answers) {
    if (answer) return false;
  }
  return true;
}

Error unsure(const Error& cause) {
  Error error = cause;
  error.code = ErrorCode::kStorage;
  error.detail = "whether this was kept is not known, ask again: " + cause.detail;
  return error;
}

}  // namespace

class Publisher::Impl {
  using BatchPointer = std::shared_ptr<PublishBatch>;

 public:
  Impl(PublisherPorts ports, const Recovered& recovered)
      : ports_(std::move(ports)),
        range_(recovered.leaves),
        durable_(recovered.leaves),
        heads_(ports_, recovered) {
    if (ports_.in_callers_thread) {
      cover_leaves();
    } else {
      thread_ = std::thread([this] { loop(); });
    }
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    submitted_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  /// Takes the submissions away from `submissions`.
  std::vector<Result<Receipt>> publish(std::span<Submission> submissions) {
    if (auto checked = check(submissions)) return std::move(*checked);
    auto group = prepare(submissions);
    auto batch = enqueue(group);
    if (!batch) return std::vector<Result<Receipt>>(submissions.size(), batch.error());
    if (ports_.in_callers_thread) work_off();
    (*batch)->wait();
    return std::move(group.answers);
  }

  void stop_signing(const Error& reason) { heads_.stop_signing(reason); }

  /// Until the publishing thread has taken it over, submissions are refused as before.
  void resume(const Recovered& recovered) {
    {
      const std::lock_guard lock(mutex_);
      resumed_ = recovered;
    }
    if (ports_.in_callers_thread) return work_off();
    submitted_.notify_one();
  }

  const HeadSigner& heads() const { return heads_; }

 private:
  /// The answers if something is refused before its turn comes.
  static std::optional<std::vector<Result<Receipt>>> check(
      std::span<const Submission> submissions) {
    std::vector<Result<Receipt>> answers;  // none as long as nothing is refused
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < submissions.size(); ++i) {
      bytes += submissions[i].body.size();
      auto checked = check_submission(submissions[i]);
      if (checked) continue;
      if (answers.empty()) answers.assign(submissions.size(), group_refused());
      answers[i] = std::move(checked).error();
    }
    if (!answers.empty()) return answers;
    if (submissions.size() <= kMaxGroupEntries && bytes <= kMaxGroupBytes) return std::nullopt;
    const Error error{ErrorCode::kTooLarge,
                      "too many entries at once: at most " + std::to_string(kMaxGroupEntries) +
                          " and " + std::to_string(kMaxGroupBytes >> 20) + " MiB",
                      "publishing.group-too-large"};
    return std::vector<Result<Receipt>>(submissions.size(), error);
  }

  /// Entries of new records are made in the caller's thread: the publishing thread is everybody's.
  PublishGroup prepare(std::span<Submission> submissions) const {
    PublishGroup group;
    group.submissions.reserve(submissions.size());
    const std::string time = format_leaf_time(ports_.now());
    for (Submission& submission : submissions) {
      group.submissions.emplace_back(std::move(submission), ports_.random, time);
      group.bytes += group.submissions.back().entry.body.size();
    }
    return group;
  }

  Result<BatchPointer> enqueue(PublishGroup& group) {
    if (auto stopped = heads_.quarantine()) return *stopped;
    BatchPointer batch;
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      if (closing_)
        return Error{ErrorCode::kUnavailable, "this node is closing", "publishing.closing"};
      batch = batch_for(group);
      batch->groups.push_back(&group);
      batch->entries += group.submissions.size();
      batch->bytes += group.bytes;
      first = batch->groups.size() == 1;
    }
    if (first) submitted_.notify_one();
    return batch;
  }

  /// The newest batch in the queue, or a new one if that is full.
  BatchPointer batch_for(const PublishGroup& group) {
    const bool fits = !queue_.empty() &&
                      queue_.back()->entries + group.submissions.size() <= kMaxBatchEntries &&
                      queue_.back()->bytes + group.bytes <= kMaxBatchBytes;
    if (!fits) queue_.push_back(std::make_shared<PublishBatch>());
    return queue_.back();
  }

  // A log without a head would be invisible, and leaves without one would wait for the next
  // publication.
  void cover_leaves() {
    if (heads_.behind(durable_)) (void)heads_.cover(durable_);
  }

  /// How long until signing is tried again; nothing if nothing waits for a head, or in vain.
  std::optional<std::chrono::milliseconds> until_retry() {
    if (!heads_.behind(durable_) || heads_.quarantine()) {
      retries_ = 0;
      return std::nullopt;
    }
    return std::min(kFirstRetry * (1U << std::min(retries_, 10U)), kLongestRetry);
  }

  /// Waits for something to do. False if it is time to try signing again first.
  bool wait_for_work(std::unique_lock<std::mutex>& lock) {
    const auto there = [this] { return closing_ || resumed_ || !queue_.empty(); };
    const auto pause = until_retry();
    if (pause) return submitted_.wait_for(lock, *pause, there);
    submitted_.wait(lock, there);
    return true;
  }

  void try_again() {
    ++retries_;
    cover_leaves();
  }

  struct Work {
    std::optional<Recovered> resumed;
    BatchPointer batch;  // if nothing is resumed
  };
  /// The caller holds mutex_; there is something to do.
  Work take_work() {
    Work work{std::exchange(resumed_, std::nullopt), nullptr};
    if (work.resumed) return work;
    work.batch = std::move(queue_.front());
    queue_.pop_front();
    return work;
  }

  void perform(const Work& work) {
    if (work.resumed) {
      take_over(*work.resumed);
    } else {
      serve(*work.batch);
    }
  }

  void loop() {
    cover_leaves();
    while (true) {
      Work work;
      {
        std::unique_lock lock(mutex_);
        if (wait_for_work(lock)) {
          if (!resumed_ && queue_.empty()) return;
          work = take_work();
        }
      }
      if (work.resumed || work.batch) {
        perform(work);
      } else {
        try_again();
      }
    }
  }

  /// Without a thread of our own.
  void work_off() {
    while (true) {
      Work work;
      {
        const std::lock_guard lock(mutex_);
        if (!resumed_ && queue_.empty()) return;
        work = take_work();
      }
      perform(work);
    }
  }

  void serve(PublishBatch& batch) {
    if (const auto stopped = heads_.quarantine()) {
      for (PublishGroup* group : batch.groups) group->refuse(*stopped);
    } else {
      publish_batch(batch);
    }
    batch.answer();
  }

  /// Nothing waits in the queue that came before: in quarantine nothing is accepted.
  void take_over(const Recovered& recovered) {
    if (!heads_.resume(recovered)) return;
    range_ = recovered.leaves;
    durable_ = recovered.leaves;
    cover_leaves();
  }

  void publish_batch(PublishBatch& batch) {
    auto& planner = batch.planner.emplace(*ports_.log, range_.size());
    planner.reserve(batch.entries);
    std::vector<PublishGroup*> accepted;
    accepted.reserve(batch.groups.size());
    for (PublishGroup* group : batch.groups) {
      group->answers = planner.plan(group->submissions);
      if (!all_refused(group->answers)) accepted.push_back(group);
    }
    if (accepted.empty()) return;
    Status kept = planner.entries().empty() ? ok() : append(planner.entries());
    if (kept) kept = heads_.cover(durable_);
    const std::uint64_t size = heads_.signed_size();
    for (PublishGroup* group : accepted) {
      if (kept) {
        acknowledge(*group, size);
      } else {
        group->fail(kept.error());
      }
    }
  }

  Status append(const std::vector<NewEntry>& entries) {
    if (auto appended = ports_.log->append(range_.size(), entries); !appended) {
      after_failed_append(appended.error(), entries);
      return unsure(appended.error());
    }
    auto range = ports_.log->range();
    if (!range) return unsure(range.error());
    if (range->size() != range_.size() + entries.size()) {
      return heads_.stop_signing("publishing.log-changed",
                                 "the own log was changed by somebody else: it has " +
                                     std::to_string(range->size()) + " entries");
    }
    range_ = std::move(*range);
    durable_ = range_;
    return ok();
  }

  /// Finds out whether the entries were kept although append failed. They stay unsigned until a
  /// later append succeeds: only that proves that they are on disk.
  void after_failed_append(const Error& error, std::span<const NewEntry> entries) {
    const std::uint64_t size = ports_.log->size();
    if (size == range_.size() && error.code != ErrorCode::kConflict) return;
    CompactRange extended = range_;
    for (const NewEntry& entry : entries) extended.append(entry.leaf_hash);
    auto stored = ports_.log->range();
    if (stored && stored->size() == extended.size() && stored->root() == extended.root()) {
      range_ = std::move(extended);
      return;
    }
    (void)heads_.stop_signing("publishing.log-changed",
                              "the own log was changed by somebody else: " + error.detail);
  }

  void acknowledge(PublishGroup& group, std::uint64_t signed_size) const {
    for (auto& answer : group.answers) {
      if (!answer || !answer->origin.empty()) continue;
      if (answer->index < durable_.size()) {
        answer->size = signed_size;
      } else {
        answer = Error{ErrorCode::kStorage, "this record is not known to be on disk yet",
                       "storage.failed"};
      }
    }
  }

  const PublisherPorts ports_;
  CompactRange range_;    // own thread: of all stored leaves
  CompactRange durable_;  // own thread: of those known to be on disk
  HeadSigner heads_;
  unsigned retries_ = 0;  // own thread: of signing, since it failed

  std::mutex mutex_;  // guards what follows; never held while storing
  std::condition_variable submitted_;
  std::deque<BatchPointer> queue_;
  std::optional<Recovered> resumed_;
  bool closing_ = false;

  std::thread thread_;  // last: starts when everything else is there
};

std::unique_ptr<Publisher> Publisher::start(PublisherPorts ports, const Recovered& recovered) {
  return std::unique_ptr<Publisher>(
      new Publisher(std::make_unique<Impl>(std::move(ports), recovered)));
}

Publisher::Publisher(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Publisher::~Publisher() = default;

Result<Receipt> Publisher::publish(Submission submission) {
  auto answers = impl_->publish(std::span(&submission, 1));
  return std::move(answers.front());
}

std::vector<Result<Receipt>> Publisher::publish_all(std::vector<Submission> submissions) {
  if (submissions.empty()) return {};
  return impl_->publish(submissions);
}

Result<Receipt> Publisher::withdraw(std::string id, std::string_view reason) {
  Submission submission;
  submission.type = "withdraw";
  submission.id = std::move(id);
  submission.body = canonical_json({{"reason", std::string(reason)}});
  return publish(std::move(submission));
}

std::vector<Result<Receipt>> Publisher::erase(std::span<const std::uint64_t> targets,
                                              std::span<const SealedEntry> sealed,
                                              std::string_view reason) {
  std::vector<Submission> submissions(targets.size() + sealed.size());
  for (auto& submission : submissions) submission.body = format_erasure_body(reason);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    submissions[i].type = kEraseType;
    submissions[i].target = targets[i];
  }
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    submissions[targets.size() + i].type = kEraseSealedType;
    submissions[targets.size() + i].sealed = sealed[i];
  }
  return publish_all(std::move(submissions));
}

void Publisher::stop_signing(const Error& reason) { impl_->stop_signing(reason); }
void Publisher::resume(const Recovered& recovered) { impl_->resume(recovered); }

std::optional<Error> Publisher::quarantine() const { return impl_->heads().quarantine(); }
std::uint64_t Publisher::signed_size() const { return impl_->heads().signed_size(); }

}  // namespace dure::node
