// SPDX-License-Identifier: Apache-2.0
// The publisher's first stage: gathers submissions, plans their entries, appends them durably.
#include "publishing/publisher.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "dure/encoding.h"
#include "publishing/entry_planner.h"
#include "publishing/head_stage.h"
#include "publishing/publish_group.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxBatchEntries = 4096;
constexpr std::size_t kMaxBatchBytes = std::size_t{8} << 20;

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
 public:
  Impl(PublisherPorts ports, Recovered recovered)
      : ports_(std::move(ports)),
        range_(recovered.leaves),
        durable_(recovered.leaves),
        heads_(ports_, recovered) {
    thread_ = std::thread([this] { append_loop(); });
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    submitted_.notify_all();
    thread_.join();
  }

  std::vector<Result<Receipt>> publish(std::span<const Submission> submissions) {
    if (auto checked = check(submissions)) return std::move(*checked);
    auto group = prepare(submissions);
    auto waiting = group->done.get_future();
    if (auto refused = enqueue(std::move(group))) {
      return std::vector<Result<Receipt>>(submissions.size(), *refused);
    }
    return waiting.get();
  }

  const HeadStage& heads() const { return heads_; }

 private:
  /// The answers if something is refused before its turn comes.
  static std::optional<std::vector<Result<Receipt>>> check(
      std::span<const Submission> submissions) {
    std::vector<Result<Receipt>> answers;
    std::size_t bytes = 0;
    bool all = true;
    const Error bystander{ErrorCode::kRefused,
                          "not published, because another entry of the group was refused",
                          "publishing.group-refused"};
    for (const Submission& submission : submissions) {
      bytes += submission.body.size();
      auto checked = check_submission(submission);
      all = all && checked;
      answers.push_back(checked ? bystander : std::move(checked).error());
    }
    if (!all) return answers;
    if (submissions.size() <= kMaxGroupEntries && bytes <= kMaxGroupBytes) return std::nullopt;
    const Error error{ErrorCode::kTooLarge,
                      "too many entries at once: at most " + std::to_string(kMaxGroupEntries) +
                          " and " + std::to_string(kMaxGroupBytes >> 20) + " MiB",
                      "publishing.group-too-large"};
    return std::vector<Result<Receipt>>(submissions.size(), error);
  }

  /// Salts and commitments are made in the caller's thread: the append thread is everybody's.
  PublishGroupPointer prepare(std::span<const Submission> submissions) const {
    auto group = std::make_unique<PublishGroup>();
    group->submissions.reserve(submissions.size());
    for (const Submission& submission : submissions) {
      PreparedSubmission prepared{submission, {}, {}};
      ports_.random(prepared.salt);
      prepared.commitment = commit(submission.body, prepared.salt);
      group->bytes += submission.body.size();
      group->submissions.push_back(std::move(prepared));
    }
    return group;
  }

  std::optional<Error> enqueue(PublishGroupPointer group) {
    if (auto stopped = heads_.quarantine()) return stopped;
    {
      const std::lock_guard lock(mutex_);
      if (closing_)
        return Error{ErrorCode::kUnavailable, "this node is closing", "publishing.closing"};
      queue_.push_back(std::move(group));
    }
    submitted_.notify_one();
    return std::nullopt;
  }

  void append_loop() {
    while (true) {
      std::vector<PublishGroupPointer> batch;
      {
        std::unique_lock lock(mutex_);
        submitted_.wait(lock, [this] { return closing_ || !queue_.empty(); });
        if (queue_.empty()) return;
        batch = take_batch();
      }
      if (const auto stopped = heads_.quarantine()) {
        for (auto& group : batch) group->refuse(*stopped);
      } else {
        append(std::move(batch));
      }
    }
  }

  std::vector<PublishGroupPointer> take_batch() {
    std::vector<PublishGroupPointer> batch;
    std::size_t entries = 0;
    std::size_t bytes = 0;
    while (!queue_.empty()) {
      const PublishGroup& next = *queue_.front();
      entries += next.submissions.size();
      bytes += next.bytes;
      if (!batch.empty() && (entries > kMaxBatchEntries || bytes > kMaxBatchBytes)) break;
      batch.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    return batch;
  }

  void append(std::vector<PublishGroupPointer> batch) {
    EntryPlanner planner(*ports_.log, ports_.random, format_leaf_time(ports_.now()), range_.size());
    std::vector<PublishGroupPointer> accepted;
    for (auto& group : batch) {
      group->answers = planner.plan(group->submissions);
      group->submissions.clear();
      if (all_refused(group->answers)) {
        group->answer();
      } else {
        accepted.push_back(std::move(group));
      }
    }
    if (accepted.empty()) return;
    const auto& entries = planner.entries();
    if (!entries.empty()) {
      if (auto appended = ports_.log->append(range_.size(), entries); !appended) {
        after_failed_append(appended.error(), entries);
        for (auto& group : accepted) group->fail(unsure(appended.error()));
        return;
      }
      for (const NewEntry& entry : entries) range_.append(hash_leaf(entry.leaf));
      durable_ = range_;
    }
    hand_over(std::move(accepted));
  }

  /// Finds out whether the entries were kept although append failed. They stay unsigned until a
  /// later append succeeds: only that proves that they are on disk.
  void after_failed_append(const Error& error, std::span<const NewEntry> entries) {
    const std::uint64_t size = ports_.log->size();
    if (size == range_.size() && error.code != ErrorCode::kConflict) return;
    CompactRange extended = range_;
    for (const NewEntry& entry : entries) extended.append(hash_leaf(entry.leaf));
    auto stored = ports_.log->range();
    if (stored && stored->size() == extended.size() && stored->root() == extended.root()) {
      range_ = std::move(extended);
      return;
    }
    (void)heads_.stop_signing("publishing.log-changed",
                              "the own log was changed by somebody else: " + error.detail);
  }

  void hand_over(std::vector<PublishGroupPointer> groups) {
    for (auto& group : groups) {
      for (auto& answer : group->answers) {
        if (answer && answer->index >= durable_.size()) {
          answer = Error{ErrorCode::kStorage, "this record is not known to be on disk yet",
                         "storage.failed"};
        }
      }
    }
    heads_.hand_over(durable_, std::move(groups));
  }

  const PublisherPorts ports_;
  CompactRange range_;    // append thread: of all stored leaves
  CompactRange durable_;  // append thread: of those known to be on disk
  HeadStage heads_;       // outlives the append thread, which hands over to it

  std::mutex mutex_;  // guards what follows; never held while storing
  std::condition_variable submitted_;
  std::deque<PublishGroupPointer> queue_;
  bool closing_ = false;

  std::thread thread_;  // last: starts when everything else is there
};

std::unique_ptr<Publisher> Publisher::start(PublisherPorts ports, Recovered recovered) {
  return std::unique_ptr<Publisher>(
      new Publisher(std::make_unique<Impl>(std::move(ports), std::move(recovered))));
}

Publisher::Publisher(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Publisher::~Publisher() = default;

Result<Receipt> Publisher::publish(Submission submission) {
  auto answers = impl_->publish({&submission, 1});
  return std::move(answers.front());
}

std::vector<Result<Receipt>> Publisher::publish_all(std::span<const Submission> submissions) {
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

std::optional<Error> Publisher::quarantine() const { return impl_->heads().quarantine(); }
std::uint64_t Publisher::signed_size() const { return impl_->heads().signed_size(); }

}  // namespace dure::node
