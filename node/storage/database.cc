// SPDX-License-Identifier: Apache-2.0
#include "storage/database.h"

#include <fcntl.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <utility>
#include <vector>

#include "storage/database_copy.h"
#include "storage/writer.h"

namespace dure::node {
namespace {

/// A new file's name is durable only when its folder is.
Status sync_folder_of(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty()) folder = ".";
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) return sqlite_error(nullptr, SQLITE_IOERR, folder);
  return ok();
}

std::string writer_pragmas(const DatabaseOptions& options) {
  const bool full = options.durability == DatabaseOptions::Durability::kFull;
  return std::string("PRAGMA synchronous=") + (full ? "FULL" : "NORMAL") +
         "; PRAGMA wal_autocheckpoint=0; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-" +
         std::to_string(options.writer_cache_kib) + ";";
}

Status upgrade(Connection& connection, const Schema& schema, std::size_t version) {
  std::string steps = "BEGIN IMMEDIATE;";
  for (; version <= schema.upgrades.size(); ++version) steps += schema.upgrades[version - 1];
  steps += "PRAGMA user_version=" + std::to_string(schema.version()) + ";COMMIT;";
  return connection.execute(steps.c_str());
}

}  // namespace

Status match_schema(Connection& connection, const Schema& schema) {
  auto application = connection.query_integer("PRAGMA application_id");
  if (!application) return std::move(application).error();
  if (*application != schema.application_id) {
    return Error{ErrorCode::kUnsupported,
                 connection.path() + " is not a file of this kind",
                 "storage.not-ours",
                 {{"path", connection.path()}}};
  }
  auto version = connection.query_integer("PRAGMA user_version");
  if (!version) return std::move(version).error();
  if (*version >= 1 && *version < schema.version())
    return upgrade(connection, schema, static_cast<std::size_t>(*version));
  if (*version != schema.version()) {
    return Error{ErrorCode::kUnsupported,
                 connection.path() + " has format version " + std::to_string(*version) +
                     ", this program knows " + std::to_string(schema.version()),
                 "storage.newer-version",
                 {{"path", connection.path()},
                  {"found", std::to_string(*version)},
                  {"known", std::to_string(schema.version())}}};
  }
  return ok();
}

Status settle(Connection& connection) {
  const int code = sqlite3_wal_checkpoint_v2(connection.handle(), "main",
                                             SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(connection.handle(), code, connection.path());
  return ok();
}

class Database::Impl {
 public:
  Impl(std::string path, DatabaseOptions options, std::unique_ptr<Connection> connection)
      : path_(std::move(path)), options_(options) {
    writer_ = std::make_unique<Writer>(std::move(connection), options.max_waiting_bytes);
  }

  Writer& writer() { return *writer_; }
  const std::string& path() const { return path_; }

  Result<std::unique_ptr<Connection>> borrow() {
    {
      std::unique_lock lock(mutex_);
      returned_.wait(lock, [&] { return !idle_.empty() || opened_ < options_.max_readers; });
      if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
      }
      ++opened_;
    }
    auto connection = open_reader();
    if (!connection) {
      const std::lock_guard lock(mutex_);
      --opened_;
      returned_.notify_one();
    }
    return connection;
  }

  void give_back(std::unique_ptr<Connection> connection) {
    {
      const std::lock_guard lock(mutex_);
      idle_.push_back(std::move(connection));
    }
    returned_.notify_one();
  }

 private:
  Result<std::unique_ptr<Connection>> open_reader() {
    auto connection = Connection::open(path_, OpenMode::kReadOnly);
    if (!connection) return connection;
    const std::string cache =
        "PRAGMA query_only=ON; PRAGMA cache_size=-" + std::to_string(options_.reader_cache_kib);
    if (auto set = (*connection)->execute(cache.c_str()); !set) return std::move(set).error();
    // Only the writer checkpoints, also at the end.
    sqlite3_db_config((*connection)->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    return connection;
  }

  const std::string path_;
  const DatabaseOptions options_;
  std::unique_ptr<Writer>
      writer_;        // before the readers: they close first, the writer's close checkpoints
  std::mutex mutex_;  // guards what follows
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t opened_ = 0;
};

Status Database::create(const std::string& path, const Schema& schema) {
  auto connection = Connection::open(path, OpenMode::kCreate);
  if (!connection) return std::move(connection).error();
  const std::string sql =
      "PRAGMA page_size=" + std::to_string(schema.page_bytes) +
      "; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; BEGIN; PRAGMA application_id=" +
      std::to_string(schema.application_id) +
      "; PRAGMA user_version=" + std::to_string(schema.version()) + ";" + schema.sql + "COMMIT;";
  if (auto made = (*connection)->execute(sql.c_str()); !made) return made;
  connection->reset();  // checkpoints: the file itself now holds everything
  return sync_folder_of(path);
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, const Schema& schema,
                                                 DatabaseOptions options) {
  auto connection = Connection::open(path, OpenMode::kReadWrite);
  if (!connection) return std::move(connection).error();
  if (auto known = match_schema(**connection, schema); !known) return std::move(known).error();
  if (auto set = (*connection)->execute(writer_pragmas(options).c_str()); !set)
    return std::move(set).error();
  if (auto settled = settle(**connection); !settled) return std::move(settled).error();
  return std::unique_ptr<Database>(
      new Database(std::make_unique<Impl>(path, options, std::move(*connection))));
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

void Database::submit(Job job, Done done, std::size_t bytes) {
  impl_->writer().submit(std::move(job), std::move(done), bytes);
}

Status Database::run(Job job, std::size_t bytes, const Done& done) {
  return impl_->writer().run(std::move(job), bytes, done);
}

Status Database::run_alone(const Job& job) { return impl_->writer().run_alone(job); }

void Database::submit_lazy(int slot, Job job) { impl_->writer().submit_lazy(slot, std::move(job)); }
const std::string& Database::path() const { return impl_->path(); }
std::size_t Database::backlog() const { return impl_->writer().backlog(); }
std::uint64_t Database::commits() const { return impl_->writer().commits(); }

Status Database::copy_to(const std::string& path, const std::function<bool()>& stop) {
  // Not one of the pool: readers are few, and this one stays long.
  auto source = Connection::open(impl_->path(), OpenMode::kReadOnly);
  if (!source) return std::move(source).error();
  sqlite3_db_config((*source)->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  impl_->writer().begin_long_read();
  auto copied = copy_snapshot(**source, path, stop);
  source->reset();
  impl_->writer().end_long_read();
  return copied;
}

Result<ReadConnection> Database::reader() {
  auto connection = impl_->borrow();
  if (!connection) return std::move(connection).error();
  return ReadConnection(impl_.get(), std::move(*connection));
}

ReadConnection::ReadConnection(Database::Impl* pool, std::unique_ptr<Connection> connection)
    : pool_(pool), connection_(std::move(connection)) {}
ReadConnection::ReadConnection(ReadConnection&&) noexcept = default;
ReadConnection::~ReadConnection() {
  if (connection_ != nullptr) pool_->give_back(std::move(connection_));
}

}  // namespace dure::node
