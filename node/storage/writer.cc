// SPDX-License-Identifier: Apache-2.0
#include "storage/writer.h"

#include <utility>

namespace dure::node {
namespace {

constexpr std::size_t kMaxBatchBytes = std::size_t{8} << 20;
constexpr std::size_t kMaxBatchJobs = 4096;
constexpr auto kLazyDelay = std::chrono::seconds(1);
// Only the writer's connection ever copies the WAL back: SQLite before 3.51.3 may corrupt a WAL
// that one connection checkpoints while another writes (docs/adr/0002).
constexpr auto kIdleDelay = std::chrono::milliseconds(50);

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

Writer::Writer(std::unique_ptr<Connection> connection, std::size_t max_waiting_bytes, WalLimits wal)
    : max_waiting_bytes_(max_waiting_bytes), wal_(wal), connection_(std::move(connection)) {
  sqlite3_wal_hook(connection_->handle(), &remember_wal_size, &wal_pages_);
  if (const auto bytes = connection_->query_integer("PRAGMA page_size")) page_bytes_ = *bytes;
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

/// A job larger than the whole allowance still gets in, alone. The leader never waits for itself.
void Writer::wait_for_room(Lock& lock, std::size_t bytes) {
  if (busy_ && leader_ == std::this_thread::get_id()) return;
  room_.wait(lock,
             [&] { return waiting_bytes_ == 0 || waiting_bytes_ + bytes <= max_waiting_bytes_; });
}

void Writer::submit(Database::Job job, Database::Done done, std::size_t bytes) {
  Lock lock(mutex_);
  wait_for_room(lock, bytes);
  waiting_bytes_ += bytes;
  waiting_.push_back({std::move(job), std::move(done), bytes});
  const bool first = waiting_.size() == 1;
  lock.unlock();
  if (first) work_.notify_one();
}

Status Writer::run(Database::Job job, std::size_t bytes, const Database::Done& done) {
  std::optional<Status> outcome;
  const auto finish = [&](const Status& status) {
    if (done) done(status);
    const std::lock_guard lock(mutex_);
    outcome = status;
  };
  Lock lock(mutex_);
  wait_for_room(lock, bytes);
  waiting_bytes_ += bytes;
  waiting_.push_back({std::move(job), finish, bytes});
  while (!outcome) {
    if (busy_ || uncopied_ >= wal_.forced) {
      finished_.wait(lock);
    } else {
      lead(lock);
    }
  }
  return std::move(*outcome);
}

Status Writer::run_alone(const Database::Job& job) {
  Lock lock(mutex_);
  finished_.wait(lock, [this] { return !busy_; });
  busy_ = true;
  leader_ = std::this_thread::get_id();
  lock.unlock();
  Status status = broken_ ? Status(*broken_) : job(*connection_);
  if (!status) note_breakage(status.error());
  lock.lock();
  busy_ = false;
  finished_.notify_all();
  if (!waiting_.empty() || !lazy_.empty() || stopping_) work_.notify_one();
  return status;
}

std::size_t Writer::backlog() const {
  const std::lock_guard lock(mutex_);
  return waiting_bytes_;
}

void Writer::submit_lazy(int slot, Database::Job job) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = lazy_.empty();
    if (first) lazy_due_ = Clock::now() + kLazyDelay;
    lazy_.insert_or_assign(slot, std::move(job));
  }
  if (first) work_.notify_one();
}

void Writer::loop() {
  Lock lock(mutex_);
  while (wait_for_work(lock)) {
    if (uncopied_ >= wal_.forced) checkpoint(lock);
    if (!waiting_.empty() || !lazy_.empty()) lead(lock);
  }
}

bool Writer::is_due() const {
  return !busy_ && (stopping_ || !waiting_.empty() || uncopied_ >= wal_.forced);
}

/// False at the end. Copies the WAL back while nobody writes.
bool Writer::wait_for_work(Lock& lock) {
  while (!is_due()) {
    const bool lazy = !busy_ && !lazy_.empty();
    if (lazy && Clock::now() >= lazy_due_) break;
    if (uncopied_ >= wal_.idle) {
      wait_for_quiet(lock);
    } else if (lazy) {
      work_.wait_until(lock, lazy_due_);
    } else {
      work_.wait(lock);
    }
  }
  return !stopping_ || !waiting_.empty() || !lazy_.empty();
}

void Writer::wait_for_quiet(Lock& lock) {
  const auto before = commits();
  const bool due = work_.wait_for(lock, kIdleDelay, [this] { return is_due(); });
  if (!due && !busy_ && before == commits()) checkpoint(lock);
}

/// Runs what is waiting, in one transaction, with the lock released meanwhile.
void Writer::lead(Lock& lock) {
  busy_ = true;
  leader_ = std::this_thread::get_id();
  std::vector<Task> batch;
  take(batch);
  std::size_t bytes = 0;
  for (const Task& task : batch) bytes += task.bytes;
  lock.unlock();
  run_batch(batch);
  batch.clear();  // frees what the jobs kept before others are let in
  lock.lock();
  const auto before = std::exchange(uncopied_, uncopied_bytes());
  waiting_bytes_ -= bytes;
  busy_ = false;
  if (bytes > 0) room_.notify_all();
  finished_.notify_all();
  const bool work = !waiting_.empty() || !lazy_.empty() || stopping_;
  const bool copy = uncopied_ >= (before < wal_.idle ? wal_.idle : wal_.forced);
  if (work || copy) work_.notify_one();
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

std::int64_t Writer::uncopied_bytes() const {
  // A WAL shorter than what was copied has started over.
  const int copied = wal_pages_ < copied_pages_ ? 0 : copied_pages_;
  return broken_ ? 0 : (wal_pages_ - copied) * page_bytes_;
}

/// Copies the WAL back, with the lock released meanwhile.
void Writer::checkpoint(Lock& lock) {
  busy_ = true;
  leader_ = std::this_thread::get_id();
  lock.unlock();
  const bool waits = wal_pages_ * page_bytes_ >= wal_.restart && long_reads_ == 0;
  const int mode = waits ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
  const int code = sqlite3_wal_checkpoint_v2(connection_->handle(), "main", mode, nullptr, nullptr);
  if (code != SQLITE_OK && code != SQLITE_BUSY)
    note_breakage(sqlite_error(connection_->handle(), code, connection_->path()));
  // What a reader kept from being copied is tried again once as much again has been written.
  copied_pages_ = wal_pages_;
  lock.lock();
  uncopied_ = 0;
  busy_ = false;
  finished_.notify_all();
}

}  // namespace dure::node
