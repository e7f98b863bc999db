// SPDX-License-Identifier: Apache-2.0
// The only writer of one database: groups waiting jobs into shared transactions and looks after the
// WAL. A caller that waits for its job does the group's work itself, so that nobody waits for
// another thread to wake up.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "storage/database.h"

namespace dure::node {

/// How many bytes of the WAL that no checkpoint has copied yet are too many.
struct WalLimits {
  std::int64_t idle = 4 << 20;     // copied once nobody has written for a moment: two fsyncs
  std::int64_t forced = 16 << 20;  // copied before the next commit
  // Readers that never pause keep a WAL from starting over; from here on the writer waits for them.
  std::int64_t restart = 32 << 20;
};

/// Owns the only write connection. Threads: any; jobs and `done` run on one thread at a time, the
/// writer's own or that of a caller of run().
class Writer {
 public:
  Writer(std::unique_ptr<Connection> connection, std::size_t max_waiting_bytes, WalLimits wal = {});
  /// Runs what is waiting, then closes, which copies the WAL back.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void submit(Database::Job job, Database::Done done, std::size_t bytes);
  Status run(Database::Job job, std::size_t bytes = 0, const Database::Done& done = {});
  void submit_lazy(int slot, Database::Job job);
  /// Runs `job` outside any transaction, while nobody else writes.
  Status run_alone(const Database::Job& job);
  /// Bytes of jobs that are not committed yet.
  std::size_t backlog() const;
  std::uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }
  /// While somebody reads one snapshot for long, the writer does not wait for readers: the WAL
  /// grows instead.
  void begin_long_read() { long_reads_.fetch_add(1); }
  void end_long_read() { long_reads_.fetch_sub(1); }

 private:
  struct Task {
    Database::Job job;
    Database::Done done;
    std::size_t bytes = 0;
  };
  using Clock = std::chrono::steady_clock;

  using Lock = std::unique_lock<std::mutex>;

  void loop();
  bool is_due() const;
  bool wait_for_work(Lock& lock);
  void wait_for_quiet(Lock& lock);
  void wait_for_room(Lock& lock, std::size_t bytes);
  void lead(Lock& lock);
  void take(std::vector<Task>& batch);
  void run_batch(std::vector<Task>& batch);
  Status run_transaction(std::vector<Task>& batch, std::vector<std::optional<Error>>& failures);
  Status run_isolated(const Task& task, std::optional<Error>& failure);
  void note_breakage(const Error& error);
  std::int64_t uncopied_bytes() const;
  void checkpoint(Lock& lock);

  const std::size_t max_waiting_bytes_;
  const WalLimits wal_;
  std::int64_t page_bytes_ = 4096;
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<int> long_reads_{0};

  // The leader's: the thread that set busy_.
  std::unique_ptr<Connection> connection_;
  std::optional<Error> broken_;
  int wal_pages_ = 0;
  int copied_pages_ = 0;  // of those, when the WAL was last checkpointed

  mutable std::mutex mutex_;          // guards everything below
  std::condition_variable work_;      // for the writer thread
  std::condition_variable finished_;  // for callers of run()
  std::condition_variable room_;
  std::deque<Task> waiting_;
  std::map<int, Database::Job> lazy_;
  Clock::time_point lazy_due_{};
  std::size_t waiting_bytes_ = 0;
  std::int64_t uncopied_ = 0;  // bytes of the WAL that no checkpoint has tried to copy yet
  bool busy_ = false;
  std::thread::id leader_;  // while busy_
  bool stopping_ = false;

  std::thread thread_;  // last: starts when everything else is there
};

}  // namespace dure::node
