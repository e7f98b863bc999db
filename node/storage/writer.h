// SPDX-License-Identifier: Apache-2.0
// The writer thread of one database: groups waiting jobs into shared transactions and looks after
// the WAL.
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

/// Owns the only write connection. Threads: submit from any; jobs and `done` run on the writer's
/// own.
class Writer {
 public:
  Writer(std::unique_ptr<Connection> connection, std::size_t max_waiting_bytes);
  /// Runs what is waiting, then checkpoints.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void submit(Database::Job job, Database::Done done, std::size_t bytes);
  void submit_lazy(int slot, Database::Job job);
  std::uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }

 private:
  struct Task {
    Database::Job job;
    Database::Done done;
    std::size_t bytes = 0;
  };
  using Clock = std::chrono::steady_clock;

  void loop();
  bool wait_for_work(std::vector<Task>& batch);
  void take(std::vector<Task>& batch);
  void run_batch(std::vector<Task>& batch);
  Status run_transaction(std::vector<Task>& batch, std::vector<std::optional<Error>>& failures);
  Status run_isolated(const Task& task, std::optional<Error>& failure);
  void note_breakage(const Error& error);
  void checkpoint_if_due(bool idle);

  std::unique_ptr<Connection> connection_;  // writer thread only, once it runs
  const std::size_t max_waiting_bytes_;
  std::optional<Error> broken_;  // writer thread only
  int wal_pages_ = 0;            // writer thread only
  int copied_pages_ = 0;         // of those, when the WAL was last checkpointed
  std::atomic<std::uint64_t> commits_{0};

  std::mutex mutex_;  // guards everything below
  std::condition_variable work_;
  std::condition_variable room_;
  std::deque<Task> waiting_;
  std::map<int, Database::Job> lazy_;
  Clock::time_point lazy_due_{};
  std::size_t waiting_bytes_ = 0;
  bool stopping_ = false;

  std::thread thread_;  // last: starts when everything else is there
};

}  // namespace dure::node
