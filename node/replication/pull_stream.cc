// SPDX-License-Identifier: Apache-2.0
#include "replication/pull_stream.h"

#include <algorithm>
#include <thread>

namespace dure::node {

/// Counts commits that the writer has not confirmed. Shared with its callbacks, which may be the
/// last to let go.
class PullStream::Commits {
 public:
  void begin() {
    const std::lock_guard lock(mutex_);
    ++open_;
  }
  void done(const Status& status, std::size_t entries, std::size_t absent) {
    const std::lock_guard lock(mutex_);
    --open_;
    if (status) {
      entries_ += entries;
      absent_ += absent;
    } else if (!error_) {
      error_ = status.error();
    }
    if (open_ == 0) idle_.notify_all();
  }
  bool failed() {
    const std::lock_guard lock(mutex_);
    return error_.has_value();
  }
  StreamOutcome wait() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return open_ == 0; });
    return {entries_, absent_, error_};
  }

 private:
  std::mutex mutex_;  // guards the rest
  std::condition_variable idle_;
  std::size_t open_ = 0;
  std::uint64_t entries_ = 0;
  std::uint64_t absent_ = 0;
  std::optional<Error> error_;
};

PullStream::PullStream(const TreePlan& plan, BundleFetcher& fetcher, MirrorStore& store, LogId log,
                       const PullOptions& options, std::stop_token stop)
    : plan_(plan),
      fetcher_(fetcher),
      store_(store),
      log_(log),
      options_(options),
      stop_(std::move(stop)),
      items_(count_items(plan)) {}

/// The next item for a worker; empty when there is none or no point in going on.
std::optional<std::size_t> PullStream::claim() {
  std::unique_lock lock(mutex_);
  // Items are claimed in order: whatever the window waits for is already being fetched.
  changed_.wait(lock, [this] {
    return error_ || next_claim_ == items_ || waiting_bytes_ < options_.window_bytes;
  });
  if (!error_ && stop_.stop_requested()) {
    error_ = Error{ErrorCode::kUnavailable, "stopped"};
    changed_.notify_all();  // whoever waits to store may be waiting for nothing now
  }
  if (error_ || next_claim_ == items_) return std::nullopt;
  ++working_;
  return next_claim_++;
}

void PullStream::finish(std::size_t index, Result<FetchedBundle> fetched) {
  const std::lock_guard lock(mutex_);
  --working_;
  if (fetched) {
    waiting_bytes_ += fetched->bytes;
    waiting_.emplace(index, std::move(*fetched));
  } else if (!error_) {
    error_ = std::move(fetched).error();
  }
  changed_.notify_all();
}

bool PullStream::work_once(std::size_t worker) {
  const auto index = claim();
  if (index) finish(*index, fetcher_.fetch(item_at(plan_, *index), worker));
  return index.has_value();
}

void PullStream::work(std::size_t worker) {
  while (work_once(worker)) {
  }
}

/// The next bundle in order; empty when all are taken, or when the next one failed.
std::optional<FetchedBundle> PullStream::take_next() {
  std::unique_lock lock(mutex_);
  const auto next_is_here = [this] {
    return !waiting_.empty() && waiting_.begin()->first == next_store_;
  };
  changed_.wait(
      lock, [&] { return next_is_here() || next_store_ == items_ || (error_ && working_ == 0); });
  if (!next_is_here()) return std::nullopt;
  auto bundle = std::move(waiting_.begin()->second);
  waiting_.erase(waiting_.begin());
  waiting_bytes_ -= bundle.bytes;
  ++next_store_;
  changed_.notify_all();
  return bundle;
}

StreamOutcome PullStream::run() {
  const auto commits = std::make_shared<Commits>();
  {
    std::vector<std::jthread> workers;
    const std::size_t count = std::min(items_, options_.connections);
    for (std::size_t worker = 0; worker < count; ++worker)
      workers.emplace_back([this, worker] { work(worker); });
    const auto next_bundle = [&] {
      if (workers.empty()) work_once(0);
      return take_next();
    };
    while (auto next = next_bundle()) {
      if (commits->failed()) {
        const std::lock_guard lock(mutex_);
        if (!error_) error_ = Error{ErrorCode::kStorage, "storing failed"};
        changed_.notify_all();
        break;
      }
      commits->begin();
      const std::size_t entries = next->bundle.entries.size();
      store_.store(log_, std::move(next->bundle),
                   [commits, entries, absent = next->absent](const Status& status) {
                     commits->done(status, entries, absent);
                   });
    }
  }
  auto outcome = commits->wait();
  if (!outcome.error) outcome.error = error_;
  return outcome;
}

}  // namespace dure::node
