// SPDX-License-Identifier: Apache-2.0
// The floor: what SQLite alone does with the same rows, in the same settings, without a tree, an
// index or a signature.
#pragma once

#include <sqlite3.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace dure::node {

struct BareRow {
  std::string_view leaf, salt, body;
};

/// One connection and one INSERT.
class BareSqlite {
 public:
  explicit BareSqlite(const std::string& path) {
    must(sqlite3_open(path.c_str(), &connection_));
    run("PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
        "secure_delete=ON; PRAGMA "
        "cache_size=-8192;"
        "PRAGMA wal_autocheckpoint=1024;"
        "CREATE TABLE entries(key INTEGER PRIMARY KEY, leaf BLOB NOT NULL, salt BLOB, body BLOB) "
        "STRICT;");
    must(sqlite3_prepare_v2(connection_, "INSERT INTO entries VALUES(?1, ?2, ?3, ?4)", -1, &insert_,
                            nullptr));
  }
  ~BareSqlite() {
    sqlite3_finalize(insert_);
    sqlite3_close(connection_);
  }
  BareSqlite(const BareSqlite&) = delete;
  BareSqlite& operator=(const BareSqlite&) = delete;

  void run(const char* sql) { must(sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr)); }
  void insert(const BareRow& row) {
    sqlite3_bind_int64(insert_, 1, next_++);
    bind(2, row.leaf);
    bind(3, row.salt);
    bind(4, row.body);
    if (sqlite3_step(insert_) != SQLITE_DONE) must(SQLITE_ERROR);
    sqlite3_reset(insert_);
  }
  /// One row in place of the one before.
  void replace(const BareRow& row) {
    run("BEGIN IMMEDIATE; DELETE FROM entries");
    insert({row.leaf, row.salt, row.leaf});
    run("COMMIT");
  }

 private:
  void bind(int parameter, std::string_view bytes) {
    sqlite3_bind_blob64(insert_, parameter, bytes.data(), bytes.size(), SQLITE_STATIC);
  }
  void must(int code) {
    if (code == SQLITE_OK) return;
    std::fprintf(stderr, "floor: %s\n",
                 connection_ != nullptr ? sqlite3_errmsg(connection_) : sqlite3_errstr(code));
    std::exit(3);
  }
  sqlite3* connection_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  sqlite3_int64 next_ = 0;
};

/// Group commit: one thread commits whatever has come together; each caller returns after the
/// commit with its row.
class BareGroupCommit {
 public:
  /// With `second`, each group is followed by a durable change of one row in another file, as a
  /// head lock is.
  explicit BareGroupCommit(const std::string& path, bool second = false)
      : database_(path),
        second_(second ? std::make_unique<BareSqlite>(path + ".second") : nullptr),
        thread_([this] { loop(); }) {}
  ~BareGroupCommit() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    work_.notify_one();
    thread_.join();
  }
  void insert(const BareRow& row) {
    std::promise<void> done;
    auto waiting = done.get_future();
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back({row, &done});
    }
    work_.notify_one();
    waiting.get();
  }

 private:
  struct Task {
    BareRow row;
    std::promise<void>* done;
  };
  void loop() {
    std::vector<Task> batch;
    while (true) {
      {
        std::unique_lock lock(mutex_);
        work_.wait(lock, [this] { return closing_ || !queue_.empty(); });
        if (queue_.empty()) return;
        batch.swap(queue_);
      }
      database_.run("BEGIN IMMEDIATE");
      for (const Task& task : batch) database_.insert(task.row);
      database_.run("COMMIT");
      if (second_) second_->replace(batch.back().row);
      for (const Task& task : batch) task.done->set_value();
      batch.clear();
    }
  }
  BareSqlite database_;
  std::unique_ptr<BareSqlite> second_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::vector<Task> queue_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace dure::node
