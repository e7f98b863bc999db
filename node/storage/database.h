// SPDX-License-Identifier: Apache-2.0
// One SQLite file with one writer thread (group commit, the only one to checkpoint the WAL) and a
// few read-only connections.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dure/result.h"
#include "storage/sqlite.h"

namespace dure::node {

/// How a file's tables are made and recognised.
struct Schema {
  std::int32_t application_id = 0;
  const char* sql = "";                 // creates the newest version
  std::vector<const char*> upgrades{};  // the first one makes version 2 of version 1, and so on
  int page_bytes = 4096;

  std::int32_t version() const { return static_cast<std::int32_t>(upgrades.size()) + 1; }
};

/// Brings a file of an earlier version up to date. Errors: kUnsupported if the file is of another
/// kind or version; kStorage.
Status match_schema(Connection& connection, const Schema& schema);

/// Copies the WAL back with fsync. A process killed between write and fsync leaves commits that can
/// be read but that the next power cut may take away; nothing may be built on them before this.
Status settle(Connection& connection);

/// What a database costs and promises.
struct DatabaseOptions {
  enum class Durability {
    kFull,
    kRelaxed
  };  // kRelaxed: may lose the last commits at power loss, never its integrity
  Durability durability = Durability::kFull;
  std::size_t max_readers = 8;
  int writer_cache_kib = 8192;
  int reader_cache_kib = 1024;
  std::size_t max_waiting_bytes = std::size_t{16} << 20;  // submit() blocks above this
};

/// A read-only connection on loan; goes back to the pool when it is destroyed.
class ReadConnection;

/// Threads: any.
class Database {
 public:
  using Job = std::function<Status(Connection&)>;
  using Done = std::function<void(const Status&)>;

  /// Makes a new file with `schema`. Errors: kConflict if it exists; kStorage.
  static Status create(const std::string& path, const Schema& schema);
  /// Errors: kStorage (missing, unreadable, corrupt), kUnsupported (made by a newer program, or not
  /// ours).
  static Result<std::unique_ptr<Database>> open(const std::string& path, const Schema& schema,
                                                DatabaseOptions options = {});
  /// Runs what is waiting, checkpoints and closes. Every ReadConnection must have been given back.
  ~Database();

  /// Queues `job` for the writer. It shares a transaction with other waiting jobs but fails alone;
  /// `done` is called after the commit. Jobs and `done` run one at a time, on the writer's thread
  /// or on that of somebody in run(), and must not wait for the writer. `bytes` is what the job
  /// keeps in memory. Blocks while too much waits. Errors given to `done`: the job's own; kStorage
  /// if the commit failed. After an I/O error every later job fails until the file is opened again:
  /// what a failed fsync left in the page cache must not be believed.
  void submit(Job job, Done done, std::size_t bytes = 0);
  /// submit() and wait; the calling thread does the writing itself if nobody else is at it.
  Status run(Job job, std::size_t bytes = 0, const Done& done = {});
  /// Runs `job` outside any transaction, while nobody else writes: for what SQLite refuses inside
  /// one.
  Status run_alone(const Job& job);
  /// Queues `job` to ride along with the next commit, at the latest after about a second or at
  /// close. A newer lazy job with the same `slot` replaces a waiting one.
  void submit_lazy(int slot, Job job);

  /// Waits for a free reader. Errors: kStorage.
  Result<ReadConnection> reader();

  /// Copies one moment of the whole database to the new file `path`, which is on disk afterwards.
  /// Writers go on meanwhile. Errors: kConflict if the file exists; kUnavailable if `stop` said so;
  /// kStorage. A failed copy is removed.
  Status copy_to(const std::string& path, const std::function<bool()>& stop);

  const std::string& path() const;
  /// Bytes that submitted jobs keep in memory.
  std::size_t backlog() const;
  /// Transactions committed since the file was opened.
  std::uint64_t commits() const;

 private:
  friend class ReadConnection;
  class Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

class ReadConnection {
 public:
  ReadConnection(Database::Impl* pool, std::unique_ptr<Connection> connection);
  ReadConnection(ReadConnection&&) noexcept;
  ReadConnection& operator=(ReadConnection&&) = delete;
  ~ReadConnection();
  Connection& operator*() const { return *connection_; }
  Connection* operator->() const { return connection_.get(); }

 private:
  Database::Impl* pool_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace dure::node
