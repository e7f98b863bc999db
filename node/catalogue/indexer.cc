// SPDX-License-Identifier: Apache-2.0
#include "catalogue/indexer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "catalogue/projection.h"

namespace dure::node {
namespace {

constexpr std::chrono::seconds kRetryAfterFailure{5};
constexpr std::chrono::milliseconds kLookAgain{20};  // while others go first

std::size_t text_bytes(const CatalogueChange& change) {
  return sizeof change + change.item.title.size() + change.item.title_en.size() +
         change.item.summary.size() + change.keywords.size() + change.body.size();
}

}  // namespace

class Indexer::Impl {
 public:
  Impl(CatalogueStore& catalogue, LogReader& logs, IndexerOptions options)
      : catalogue_(catalogue), logs_(logs), options_(std::move(options)) {}
  ~Impl() { stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void start() {
    const std::lock_guard lock(mutex_);
    if (thread_.joinable()) return;
    stopping_ = false;
    woken_ = true;
    running_ = true;
    thread_ = std::thread([this] { loop(); });
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    const std::lock_guard lock(mutex_);
    running_ = false;
  }

  void wake() {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
      ++wakes_;
    }
    changed_.notify_all();
  }

  void fold_again(const std::string& origin) {
    {
      const std::lock_guard lock(mutex_);
      again_.insert(origin);
    }
    wake();
  }

  Status run_once() {
    const std::lock_guard folding(folding_mutex_);
    return fold_everything();
  }

  Status rebuild() {
    {
      const std::lock_guard lock(mutex_);
      if (running_) {
        clear_wanted_ = true;
        woken_ = true;
        ++wakes_;
        changed_.notify_all();
        return ok();
      }
    }
    const std::lock_guard folding(folding_mutex_);
    if (auto cleared = catalogue_.clear(); !cleared) return cleared;
    return fold_everything();
  }

  bool wait_until_idle(std::uint64_t timeout_ms) {
    wake();
    std::unique_lock lock(mutex_);
    const std::uint64_t wanted = wakes_;
    return changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                             [&] { return finished_ >= wanted; });
  }

  Result<std::vector<IndexProgress>> progress() {
    auto logs = logs_.logs();
    if (!logs) return std::move(logs).error();
    std::vector<IndexProgress> all;
    for (const KnownLog& log : *logs) {
      auto stored = shown(log);
      if (!stored) return std::move(stored).error();
      auto indexed = catalogue_.position(log.origin);
      if (!indexed) return std::move(indexed).error();
      all.push_back({log.origin, *indexed, *stored});
    }
    return all;
  }

  IndexerCounters counters() const {
    return {folded_.load(), unknown_type_.load(), invalid_.load(), not_public_.load(),
            failures_.load()};
  }

 private:
  void loop() {
    if (options_.on_start) options_.on_start();
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      const std::uint64_t answering = wakes_;
      const bool clear = std::exchange(clear_wanted_, false);
      woken_ = false;
      lock.unlock();
      const bool good = work(clear);
      lock.lock();
      if (good) finished_ = answering;
      if (!good && clear) clear_wanted_ = true;
      changed_.notify_all();
      const auto due = [this] { return stopping_ || woken_; };
      if (good) {
        changed_.wait(lock, due);
      } else {
        changed_.wait_for(lock, kRetryAfterFailure, [this] { return stopping_; });
      }
    }
  }

  /// One round; false if it failed and is worth another try.
  bool work(bool clear) {
    const std::lock_guard folding(folding_mutex_);
    if (clear) {
      if (auto cleared = catalogue_.clear(); !cleared) return failed(cleared.error());
    }
    if (auto folded = fold_everything(); !folded) return failed(folded.error());
    while (!interrupted()) {
      auto more = catalogue_.tidy();
      if (!more) return failed(more.error());
      if (!*more) break;
    }
    return true;
  }

  bool failed(const Error& error) {
    ++failures_;
    if (options_.on_error) options_.on_error(error);
    return false;
  }

  bool interrupted() {
    const std::lock_guard lock(mutex_);
    return stopping_ || woken_;
  }

  bool stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_ && running_;
  }

  Status fold_everything() {
    auto logs = logs_.logs();
    if (!logs) return std::move(logs).error();
    if (auto set = set_lines(*logs); !set) return set;
    for (const KnownLog& log : *logs) {
      if (auto folded = fold_log(log); !folded) return folded;
    }
    return ok();
  }

  Status set_lines(const std::vector<KnownLog>& logs) {
    if (!options_.line_of) return ok();
    std::vector<LogLine> lines;
    lines.reserve(logs.size());
    for (const KnownLog& log : logs) lines.push_back({log.origin, options_.line_of(log.origin)});
    return catalogue_.set_lines(lines);
  }

  /// What the next entries of a log come to.
  struct Batch {
    std::vector<CatalogueChange> changes;
    std::uint64_t next = 0;  // the first entry after it
    bool more = false;       // entries after it are stored already
  };

  /// The number of entries of `log` that are here and may be shown.
  Result<std::uint64_t> shown(const KnownLog& log) {
    auto stored = logs_.stored(log.id);
    if (!stored || !options_.shown_until) return stored;
    return std::min(*stored, options_.shown_until(log.origin));
  }

  /// How far the log is folded. Entries that may not be shown any more are taken out. Nothing if
  /// another history has taken its place since it was listed.
  Result<std::optional<std::uint64_t>> folded_so_far(const KnownLog& log) {
    bool again = false;
    {
      const std::lock_guard lock(mutex_);
      again = again_.erase(log.origin) != 0;
    }
    if (again) {
      // Asked for after the other history was in place, so that one is found here.
      const auto current = logs_.log_by_origin(log.origin);
      auto forgotten = current ? catalogue_.forget(log.origin) : Status(current.error());
      if (forgotten && current->id == log.id) return std::optional<std::uint64_t>(0);
      const std::lock_guard lock(mutex_);
      again_.insert(log.origin);
      if (forgotten) return std::optional<std::uint64_t>();
      return std::move(forgotten).error();
    }
    auto position = catalogue_.position(log.origin);
    if (!position) return std::move(position).error();
    if (!options_.shown_until || *position <= options_.shown_until(log.origin))
      return std::optional(*position);
    if (auto forgotten = catalogue_.forget(log.origin); !forgotten)
      return std::move(forgotten).error();
    return std::optional<std::uint64_t>(0);
  }

  Status fold_log(const KnownLog& log) {
    const auto position = folded_so_far(log);
    if (!position) return position.error();
    if (!*position) return ok();  // whoever put it aside has woken us for the next round
    give_way();
    auto batch = read_batch(log, **position);
    if (!batch) return std::move(batch).error();
    for (std::uint64_t from = **position; batch->next != from && !stopping();) {
      from = batch->next;
      // The next entries are read and parsed while these go into the index.
      std::future<Result<Batch>> ahead;
      if (batch->more)
        ahead = std::async(std::launch::async | std::launch::deferred,
                           [this, &log, from] { return read_batch(log, from); });
      const std::pair<std::string, std::uint64_t> reached{log.origin, from};
      auto applied = apply(batch->changes, reached);
      batch->changes.clear();
      give_way();
      auto following = ahead.valid() ? ahead.get() : read_batch(log, from);
      if (!applied) return applied;
      if (!following) return std::move(following).error();
      batch = std::move(following);
    }
    return ok();
  }

  Status apply(const std::vector<CatalogueChange>& changes,
               const std::pair<std::string, std::uint64_t>& reached) {
    auto applied = catalogue_.apply(changes, {&reached, 1});
    if (applied && options_.on_folded) options_.on_folded();
    return applied;
  }

  /// Lets those go first whom indexing must not hold back.
  void give_way() {
    if (!options_.others_first) return;
    const auto until = std::chrono::steady_clock::now() + options_.patience;
    while (options_.others_first()) {
      std::unique_lock lock(mutex_);
      const auto next = std::min(until, std::chrono::steady_clock::now() + kLookAgain);
      if (changed_.wait_until(lock, next, [this] { return stopping_ && running_; })) return;
      if (next == until) return;
    }
  }

  /// Reads and projects the entries from `first`; none if there are no more.
  Result<Batch> read_batch(const KnownLog& log, std::uint64_t first) {
    auto stored = shown(log);
    if (!stored) return std::move(stored).error();
    Batch batch;
    batch.next = first;
    if (first >= *stored) return batch;
    const std::uint64_t left = *stored - first;
    const auto count = std::min<std::uint64_t>(left, options_.batch_entries);
    std::size_t bytes = 0;
    auto scanned =
        logs_.scan(log.id, first, count,
                   [&](std::uint64_t index, std::string_view leaf, std::optional<BodyView> body) {
                     Projection projection = project(log.origin, index, leaf, body);
                     note(projection.outcome);
                     batch.next = index + 1;
                     if (projection.outcome == Folded::kChange) {
                       bytes += text_bytes(projection.change);
                       batch.changes.push_back(std::move(projection.change));
                     }
                     return bytes < options_.batch_bytes && !stopping();
                   });
    if (!scanned) return std::move(scanned).error();
    if (batch.next == first)
      return Error{ErrorCode::kStorage, "the log " + log.origin + " gave no entry"};
    batch.more = batch.next < *stored;
    return batch;
  }

  void note(Folded outcome) {
    switch (outcome) {
      case Folded::kChange:
        ++folded_;
        return;
      case Folded::kUnknownType:
        ++unknown_type_;
        return;
      case Folded::kInvalid:
        ++invalid_;
        return;
      case Folded::kNotPublic:
        ++not_public_;
        return;
    }
  }

  CatalogueStore& catalogue_;
  LogReader& logs_;
  const IndexerOptions options_;
  std::atomic<std::uint64_t> folded_{0}, unknown_type_{0}, invalid_{0}, not_public_{0},
      failures_{0};
  std::mutex folding_mutex_;  // one folds at a time
  std::mutex mutex_;          // guards all below
  std::condition_variable changed_;
  bool stopping_ = false, running_ = false, woken_ = false, clear_wanted_ = false;
  std::set<std::string> again_;             // logs that are to be folded from their beginning
  std::uint64_t wakes_ = 0, finished_ = 0;  // which wake-up was answered completely
  std::thread thread_;
};

Indexer::Indexer(CatalogueStore& catalogue, LogReader& logs, IndexerOptions options)
    : impl_(std::make_unique<Impl>(catalogue, logs, std::move(options))) {}
Indexer::~Indexer() = default;
void Indexer::start() { impl_->start(); }
void Indexer::stop() { impl_->stop(); }
void Indexer::wake() { impl_->wake(); }
void Indexer::fold_again(const std::string& origin) { impl_->fold_again(origin); }
Status Indexer::run_once() { return impl_->run_once(); }
Status Indexer::rebuild() { return impl_->rebuild(); }
bool Indexer::wait_until_idle(std::uint64_t timeout_ms) {
  return impl_->wait_until_idle(timeout_ms);
}
Result<std::vector<IndexProgress>> Indexer::progress() { return impl_->progress(); }
IndexerCounters Indexer::counters() const { return impl_->counters(); }

}  // namespace dure::node
