// SPDX-License-Identifier: Apache-2.0
#include "storage/writer.h"

#include <utility>

namespace dure::node {
namespace {

constexpr std::size_t kMaxBatchBytes = std::size_t{8} << 20;
constexpr std::size_t kMaxBatchJobs = 4096;
constexpr auto kLazyDelay = std::chrono::seconds(1);
// The WAL is copied back when nobody waits and it is worth the two fsyncs, and at the latest at the
// hard limit.
constexpr int kIdleCheckpointPages = 1024;
constexpr int kForcedCheckpointPages = 4096;
// Readers that never pause keep a WAL from starting over; from here on the writer waits for them.
constexpr int kRestartCheckpointPages = 32768;

int remember_wal_size(void* pages, sqlite3*, const char*, int size) {
  *static_cast<int*>(pages) = size;
  return SQLITE_OK;
}

/// After these the connection's view of the file must not be trusted any more.
bool breaks_trust(const Error& error) {
  return error.text == "storage.io" || error.text == "storage.corrupt" ||
         error.text == "storage.not-a-database";
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, std::size_t max_waiting_bytes)
    : connection_(std::move(connection)), max_waiting_bytes_(max_waiting_bytes) {
  sqlite3_wal_hook(connection_->handle(), &remember_wal_size, &wal_pages_);
  thread_ = std::thread([this] { loop(); });
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  thread_.join();
}

void Writer::submit(Database::Job job, Database::Done done, std::size_t bytes) {
  std::unique_lock lock(mutex_);
  // A job larger than the whole allowance still gets in, alone. The writer itself never waits for
  // itself.
  if (std::this_thread::get_id() != thread_.get_id()) {
    room_.wait(lock,
               [&] { return waiting_bytes_ == 0 || waiting_bytes_ + bytes <= max_waiting_bytes_; });
  }
  waiting_bytes_ += bytes;
  waiting_.push_back({std::move(job), std::move(done), bytes});
  const bool first = waiting_.size() == 1;
  lock.unlock();
  if (first) work_.notify_one();
}

void Writer::submit_lazy(int slot, Database::Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (lazy_.empty()) lazy_due_ = Clock::now() + kLazyDelay;
    lazy_.insert_or_assign(slot, std::move(job));
  }
  work_.notify_one();
}

void Writer::loop() {
  std::vector<Task> batch;
  while (wait_for_work(batch)) {
    run_batch(batch);
    std::size_t bytes = 0;
    for (const Task& task : batch) bytes += task.bytes;
    batch.clear();  // frees what the jobs kept before others are let in
    bool idle = false;
    {
      const std::lock_guard lock(mutex_);
      waiting_bytes_ -= bytes;
      idle = waiting_.empty();
    }
    if (bytes > 0) room_.notify_all();
    checkpoint_if_due(idle);
  }
}

bool Writer::wait_for_work(std::vector<Task>& batch) {
  std::unique_lock lock(mutex_);
  const auto ready = [&] { return stopping_ || !waiting_.empty(); };
  while (!ready()) {
    if (lazy_.empty()) {
      work_.wait(lock);
    } else if (work_.wait_until(lock, lazy_due_) == std::cv_status::timeout) {
      break;
    }
  }
  take(batch);
  return !batch.empty();
}

void Writer::take(std::vector<Task>& batch) {
  for (auto& [slot, job] : lazy_) batch.push_back({std::move(job), [](const Status&) {}, 0});
  lazy_.clear();
  std::size_t bytes = 0;
  while (!waiting_.empty() && batch.size() < kMaxBatchJobs) {
    const std::size_t next = waiting_.front().bytes;
    if (bytes > 0 && bytes + next > kMaxBatchBytes) break;
    bytes += next;
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

void Writer::run_batch(std::vector<Task>& batch) {
  std::vector<std::optional<Error>> failures(batch.size());
  Status outcome = broken_ ? Status(*broken_) : run_transaction(batch, failures);
  if (!outcome) note_breakage(outcome.error());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!outcome) {
      batch[i].done(outcome);
    } else {
      batch[i].done(failures[i] ? Status(*failures[i]) : ok());
    }
  }
}

Status Writer::run_transaction(std::vector<Task>& batch,
                               std::vector<std::optional<Error>>& failures) {
  if (auto begun = connection_->execute("BEGIN IMMEDIATE"); !begun) return begun;
  Status outcome = ok();
  if (batch.size() == 1) {
    outcome = batch[0].job(*connection_);
  } else {
    for (std::size_t i = 0; i < batch.size() && outcome; ++i)
      outcome = run_isolated(batch[i], failures[i]);
  }
  if (outcome) outcome = connection_->execute("COMMIT");
  if (outcome) {
    commits_.fetch_add(1, std::memory_order_relaxed);
    return ok();
  }
  if (connection_->in_transaction()) {
    if (auto undone = connection_->execute("ROLLBACK"); !undone) note_breakage(undone.error());
  }
  return outcome;
}

/// Runs one job of several. A failure of its own goes to `failure`; a returned error fails the
/// whole transaction.
Status Writer::run_isolated(const Task& task, std::optional<Error>& failure) {
  if (auto marked = connection_->execute("SAVEPOINT job"); !marked) return marked;
  auto status = task.job(*connection_);
  if (status) return connection_->execute("RELEASE job");
  // A full disk or an I/O error may have rolled everything back already: then nobody's rows are
  // there.
  if (!connection_->in_transaction() || breaks_trust(status.error())) return status;
  failure = std::move(status).error();
  return connection_->execute("ROLLBACK TO job; RELEASE job");
}

void Writer::note_breakage(const Error& error) {
  if (broken_ || !breaks_trust(error)) return;
  broken_ = error;
  broken_->detail +=
      " (an earlier write failed; nothing more is written until the file is opened again)";
}

void Writer::checkpoint_if_due(bool idle) {
  if (wal_pages_ < copied_pages_) copied_pages_ = 0;  // the WAL started over
  const int fresh = wal_pages_ - copied_pages_;
  if (broken_ || fresh < (idle ? kIdleCheckpointPages : kForcedCheckpointPages)) return;
  const int mode =
      wal_pages_ < kRestartCheckpointPages ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_RESTART;
  const int code = sqlite3_wal_checkpoint_v2(connection_->handle(), "main", mode, nullptr, nullptr);
  if (code != SQLITE_OK && code != SQLITE_BUSY) {
    note_breakage(sqlite_error(connection_->handle(), code, connection_->path()));
  }
  // What a reader kept from being copied is tried again once as much again has been written.
  copied_pages_ = wal_pages_;
}

}  // namespace dure::node
