// SPDX-License-Identifier: Apache-2.0
#include "storage/head_lock.h"

#include <sys/stat.h>

#include <cerrno>
#include <mutex>
#include <utility>

#include "storage/database.h"

namespace dure::node {
namespace {

// Witnessed heads, the charter version and the erasure journal will be further tables of later
// versions.
const Schema kSchema{
    0x44757268, 1,  // "Durh"
    "CREATE TABLE own_head(id INTEGER PRIMARY KEY CHECK(id = 1), note TEXT) STRICT;"
    "INSERT INTO own_head(id, note) VALUES(1, NULL);"};

class SqliteHeadLock final : public HeadLock {
 public:
  explicit SqliteHeadLock(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)) {}

  Result<std::optional<std::string>> head() override {
    const std::lock_guard lock(mutex_);
    auto select = connection_->prepare("SELECT note FROM own_head WHERE id = 1");
    if (!select) return std::move(select).error();
    auto row = select->step();
    if (!row) return std::move(row).error();
    if (!*row) return sqlite_error(nullptr, SQLITE_CORRUPT, connection_->path());
    if (select->is_null(0)) return std::optional<std::string>();
    return std::optional(std::string(select->bytes(0)));
  }

  Status replace_head(const std::optional<std::string>& expected, std::string_view next) override {
    const std::lock_guard lock(mutex_);
    if (broken_) return *broken_;
    auto update = connection_->prepare("UPDATE own_head SET note = ?1 WHERE id = 1 AND note IS ?2");
    if (!update) return std::move(update).error();
    update->bind_text(1, next);
    if (expected) {
      update->bind_text(2, *expected);
    } else {
      update->bind_null(2);
    }
    // One statement is one transaction: it returns after the fsync.
    if (auto updated = update->run(); !updated) {
      broken_ = updated.error();  // what is on disk now is not known until the file is opened again
      return updated;
    }
    if (connection_->changes() == 1) return ok();
    return Error{ErrorCode::kConflict, "the head lock holds another head than expected"};
  }

 private:
  std::mutex mutex_;  // guards what follows
  std::unique_ptr<Connection> connection_;
  std::optional<Error> broken_;
};

bool is_missing(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) != 0 && errno == ENOENT;
}

}  // namespace

Status create_head_lock(const std::string& path) { return Database::create(path, kSchema); }

Result<std::unique_ptr<HeadLock>> open_head_lock(const std::string& path) {
  if (is_missing(path)) {
    return Error{ErrorCode::kStorage,
                 path + " is missing: without it nobody knows what this node has signed",
                 "storage.head-lock-missing",
                 {{"path", path}}};
  }
  auto connection = Connection::open(path, OpenMode::kReadWrite);
  if (!connection) return std::move(connection).error();
  // Exclusive: no second process, and no shared memory. The small WAL is overwritten again and
  // again in place, which makes each durable change one write and one fdatasync.
  auto set = (*connection)
                 ->execute(
                     "PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL; PRAGMA "
                     "wal_autocheckpoint=128; PRAGMA cache_size=-64;");
  if (!set) return std::move(set).error();
  if (auto known = check_schema(**connection, kSchema); !known) return std::move(known).error();
  if (auto settled = settle(**connection); !settled) return std::move(settled).error();
  return std::unique_ptr<HeadLock>(std::make_unique<SqliteHeadLock>(std::move(*connection)));
}

}  // namespace dure::node
