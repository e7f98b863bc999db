// SPDX-License-Identifier: Apache-2.0
#include "storage/head_lock.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "storage/database.h"
#include "storage/erasure_journal.h"
#include "storage/writer.h"

namespace dure::node {
namespace {

constexpr const char* kOwnHead =
    "CREATE TABLE own_head(id INTEGER PRIMARY KEY CHECK(id = 1), note TEXT) STRICT;"
    "INSERT INTO own_head(id, note) VALUES(1, NULL);";
constexpr const char* kWitnessedHeads =  // since version 2
    "CREATE TABLE witnessed_heads(origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT "
    "NULL, time INTEGER NOT NULL, note TEXT NOT NULL) STRICT, WITHOUT ROWID;";

constexpr const char* kCharter =  // since version 3
    "CREATE TABLE charter(paper INTEGER NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL, since "
    "INTEGER NOT NULL, PRIMARY KEY(paper, key)) STRICT;";

constexpr const char* kWitnessKey =  // since version 5
    "CREATE TABLE witness_key(id INTEGER PRIMARY KEY CHECK(id = 1), number INTEGER NOT NULL) "
    "STRICT;"
    "INSERT INTO witness_key(id, number) VALUES(1, 2);";

constexpr const char* kFinality =  // since version 6
    "CREATE TABLE mirrored_heads(origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT "
    "NULL, time INTEGER NOT NULL, held INTEGER NOT NULL, note TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE final_head(id INTEGER PRIMARY KEY CHECK(id = 1), note TEXT NOT NULL, mirror TEXT "
    "NOT NULL) STRICT;";

constexpr const char* kIndependentHead =  // since version 7
    "CREATE TABLE independent_head(id INTEGER PRIMARY KEY CHECK(id = 1), note TEXT NOT NULL) "
    "STRICT;";

const Schema& lock_schema() {
  static const std::string kSql = std::string(kOwnHead) + kWitnessedHeads + kCharter +
                                  kErasureTables + kWitnessKey + kFinality + kIndependentHead +
                                  kSealedTargets;
  static const Schema kSchema{0x44757268,  // "Durh"
                              kSql.c_str(),
                              {kWitnessedHeads, kCharter, kErasureTables, kWitnessKey, kFinality,
                               kIndependentHead, kSealedTargets}};
  return kSchema;
}

// A small WAL that is overwritten in place again and again makes each durable change one write and
// one fdatasync.
constexpr WalLimits kSmallWal{64 << 10, 512 << 10, 1 << 20};
constexpr std::size_t kMaxWaitingBytes = std::size_t{8} << 20;

/// The columns size and root.
Result<WitnessedTree> tree_of(const Statement& row, const std::string& path) {
  WitnessedTree tree;
  const std::string_view root = row.bytes(2);
  if (root.size() != tree.root.size()) return sqlite_error(nullptr, SQLITE_CORRUPT, path);
  tree.size = static_cast<std::uint64_t>(row.integer(1));
  std::copy(root.begin(), root.end(), tree.root.begin());
  return tree;
}

Result<WitnessedHead> head_of(const Statement& row, const std::string& path) {
  WitnessedHead head;
  const auto tree = tree_of(row, path);
  if (!tree) return tree.error();
  head.origin = row.bytes(0);
  head.tree = *tree;
  head.time = static_cast<std::uint64_t>(row.integer(3));
  head.note = row.bytes(4);
  return head;
}

Error moved_on() {
  return Error{ErrorCode::kConflict, "the head lock holds another head than expected"};
}

class SqliteHeadLock final : public HeadLockFile {
 public:
  explicit SqliteHeadLock(std::unique_ptr<Connection> connection)
      : writer_(std::move(connection), kMaxWaitingBytes, kSmallWal) {}

  Result<std::optional<std::string>> head() override {
    std::optional<std::string> note;
    const auto read = writer_.run([&](Connection& connection) -> Status {
      auto select = connection.prepare("SELECT note FROM own_head WHERE id = 1");
      if (!select) return std::move(select).error();
      auto row = select->step();
      if (!row) return std::move(row).error();
      if (!*row) return sqlite_error(nullptr, SQLITE_CORRUPT, connection.path());
      if (!select->is_null(0)) note = std::string(select->bytes(0));
      return ok();
    });
    if (!read) return read.error();
    return note;
  }

  Status replace_head(const std::optional<std::string>& expected, std::string_view next) override {
    return writer_.run([&](Connection& connection) -> Status {
      auto update = connection.prepare("UPDATE own_head SET note = ?1 WHERE id = 1 AND note IS ?2");
      if (!update) return std::move(update).error();
      update->bind_text(1, next);
      if (expected) {
        update->bind_text(2, *expected);
      } else {
        update->bind_null(2);
      }
      if (auto updated = update->run(); !updated) return updated;
      return connection.changes() == 1 ? ok() : Status(moved_on());
    });
  }

  Status forget_head(std::string_view head) override {
    return writer_.run([&](Connection& connection) -> Status {
      auto update =
          connection.prepare("UPDATE own_head SET note = NULL WHERE id = 1 AND note IS ?1");
      if (!update) return std::move(update).error();
      if (auto updated = update->bind_text(1, head).run(); !updated) return updated;
      return connection.changes() == 1 ? ok() : Status(moved_on());
    });
  }

  Result<QuickCheck> look_over(std::chrono::milliseconds longest) override {
    QuickCheck check;
    const auto looked = writer_.run([&](Connection& connection) -> Status {
      auto seen = quick_check(connection, longest);
      if (!seen) return std::move(seen).error();
      check = *std::move(seen);
      return ok();
    });
    if (!looked) return looked.error();
    return check;
  }

  Result<std::uint64_t> witness_key_number() override {
    std::uint64_t number = 0;
    const auto read = writer_.run([&](Connection& connection) -> Status {
      auto found = connection.query_integer("SELECT number FROM witness_key WHERE id = 1");
      if (!found) return sqlite_error(nullptr, SQLITE_CORRUPT, connection.path());
      number = static_cast<std::uint64_t>(*found);
      return ok();
    });
    if (!read) return read.error();
    return number;
  }

  Result<std::vector<WitnessedHead>> all() override {
    std::vector<WitnessedHead> heads;
    const auto read = writer_.run([&](Connection& connection) -> Status {
      auto select =
          connection.prepare("SELECT origin, size, root, time, note FROM witnessed_heads");
      if (!select) return std::move(select).error();
      auto row = select->step();
      for (; row && *row; row = select->step()) {
        auto head = head_of(*select, connection.path());
        if (!head) return std::move(head).error();
        heads.push_back(*std::move(head));
      }
      return row ? ok() : Status(std::move(row).error());
    });
    if (!read) return read.error();
    return heads;
  }

  Result<std::vector<CharterFile>> charter_files() override {
    std::vector<CharterFile> files;
    const auto read = writer_.run([&](Connection& connection) -> Status {
      auto select = connection.prepare("SELECT paper, key, text, since FROM charter");
      if (!select) return std::move(select).error();
      auto row = select->step();
      for (; row && *row; row = select->step()) {
        files.push_back({static_cast<CharterPaper>(select->integer(0)),
                         std::string(select->bytes(1)), std::string(select->bytes(2)),
                         select->integer(3)});
      }
      return row ? ok() : Status(std::move(row).error());
    });
    if (!read) return read.error();
    return files;
  }

  Status keep_charter_files(std::span<const CharterFile> files) override {
    return writer_.run([&](Connection& connection) -> Status {
      for (const CharterFile& file : files) {
        if (auto kept = keep(connection, file); !kept) return kept;
      }
      return ok();
    });
  }

  Status replace(const WitnessedHead& expected, const WitnessedHead& next) override {
    return writer_.run([&](Connection& connection) { return write(connection, expected, next); },
                       next.note.size());
  }

  Result<std::vector<MirroredHead>> mirrored_heads() override {
    std::vector<MirroredHead> heads;
    const auto read = writer_.run([&](Connection& connection) -> Status {
      auto select =
          connection.prepare("SELECT origin, size, root, time, held, note FROM mirrored_heads");
      if (!select) return std::move(select).error();
      auto row = select->step();
      for (; row && *row; row = select->step()) {
        const auto tree = tree_of(*select, connection.path());
        if (!tree) return tree.error();
        heads.push_back(
            {std::string(select->bytes(0)), *tree, static_cast<std::uint64_t>(select->integer(3)),
             static_cast<std::uint64_t>(select->integer(4)), std::string(select->bytes(5))});
      }
      return row ? ok() : Status(std::move(row).error());
    });
    if (!read) return read.error();
    return heads;
  }

  Status keep_mirrored_head(const MirroredHead& head) override {
    return writer_.run([&](Connection& connection) -> Status {
      auto statement = connection.prepare(
          "INSERT OR REPLACE INTO mirrored_heads(origin, size, root, time, held, note) "
          "VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
      if (!statement) return std::move(statement).error();
      return statement->bind_text(1, head.origin)
          .bind(2, static_cast<std::int64_t>(head.tree.size))
          .bind_blob(3, as_view(head.tree.root))
          .bind(4, static_cast<std::int64_t>(head.time))
          .bind(5, static_cast<std::int64_t>(head.held))
          .bind_text(6, head.note)
          .run();
    });
  }

  Result<std::optional<FinalHead>> final_head() override {
    std::optional<FinalHead> head;
    const auto read = writer_.run([&](Connection& connection) -> Status {
      auto select = connection.prepare("SELECT note, mirror FROM final_head WHERE id = 1");
      if (!select) return std::move(select).error();
      auto row = select->step();
      if (!row) return std::move(row).error();
      if (*row) head = FinalHead{std::string(select->bytes(0)), std::string(select->bytes(1))};
      return ok();
    });
    if (!read) return read.error();
    return head;
  }

  Status keep_final_head(const FinalHead& head) override {
    return writer_.run([&](Connection& connection) -> Status {
      auto statement = connection.prepare(
          "INSERT OR REPLACE INTO final_head(id, note, mirror) VALUES(1, ?1, ?2)");
      if (!statement) return std::move(statement).error();
      return statement->bind_text(1, head.note).bind_text(2, head.mirror).run();
    });
  }

  Result<std::optional<std::string>> independent_head() override {
    std::optional<std::string> note;
    const auto read = writer_.run([&](Connection& connection) -> Status {
      auto select = connection.prepare("SELECT note FROM independent_head WHERE id = 1");
      if (!select) return std::move(select).error();
      auto row = select->step();
      if (!row) return std::move(row).error();
      if (*row) note = std::string(select->bytes(0));
      return ok();
    });
    if (!read) return read.error();
    return note;
  }

  Status keep_independent_head(std::string_view note) override {
    return writer_.run([&](Connection& connection) -> Status {
      auto statement =
          connection.prepare("INSERT OR REPLACE INTO independent_head(id, note) VALUES(1, ?1)");
      if (!statement) return std::move(statement).error();
      return statement->bind_text(1, note).run();
    });
  }

  ErasureJournal& erasures() override { return erasures_; }

 private:
  static Status keep(Connection& connection, const CharterFile& file) {
    auto statement = connection.prepare(
        file.text.empty()
            ? "DELETE FROM charter WHERE paper = ?1 AND key = ?2"
            : "INSERT INTO charter(paper, key, text, since) VALUES(?1, ?2, ?3, ?4) "
              "ON CONFLICT DO UPDATE SET text = excluded.text, since = excluded.since");
    if (!statement) return std::move(statement).error();
    statement->bind(1, static_cast<std::int64_t>(file.paper)).bind_text(2, file.key);
    if (!file.text.empty()) statement->bind_text(3, file.text).bind(4, file.since);
    return statement->run();
  }

  static Status write(Connection& connection, const WitnessedHead& expected,
                      const WitnessedHead& next) {
    const bool first = expected.time == 0;
    auto statement = connection.prepare(
        first
            ? "INSERT INTO witnessed_heads(origin, size, root, time, note) VALUES(?1, ?2, ?3, ?4, "
              "?5) ON CONFLICT DO NOTHING"
            : "UPDATE witnessed_heads SET size = ?2, root = ?3, time = ?4, note = ?5 WHERE origin "
              "= ?1 AND size = ?6 AND root = ?7");
    if (!statement) return std::move(statement).error();
    statement->bind_text(1, next.origin)
        .bind(2, static_cast<std::int64_t>(next.tree.size))
        .bind_blob(3, as_view(next.tree.root))
        .bind(4, static_cast<std::int64_t>(next.time))
        .bind_text(5, next.note);
    if (!first) {
      statement->bind(6, static_cast<std::int64_t>(expected.tree.size))
          .bind_blob(7, as_view(expected.tree.root));
    }
    if (auto done = statement->run(); !done) return done;
    return connection.changes() == 1 ? ok() : Status(moved_on());
  }

  Writer writer_;  // after an I/O error it writes nothing more until the file is opened again
  SqliteErasureJournal erasures_{writer_};
};

bool is_missing(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) != 0 && errno == ENOENT;
}

}  // namespace

Status create_head_lock(const std::string& path, std::uint64_t witness_key) {
  if (auto made = Database::create(path, lock_schema()); !made) return made;
  if (witness_key == kFirstWitnessKey) return ok();
  auto connection = Connection::open(path, OpenMode::kReadWrite);
  if (!connection) return std::move(connection).error();
  auto update = (*connection)->prepare("UPDATE witness_key SET number = ?1 WHERE id = 1");
  if (!update) return std::move(update).error();
  return update->bind(1, static_cast<std::int64_t>(witness_key)).run();
}

Result<std::unique_ptr<HeadLockFile>> open_head_lock(const std::string& path) {
  if (is_missing(path)) {
    return Error{ErrorCode::kStorage,
                 path + " is missing: without it nobody knows what this node has signed",
                 "storage.head-lock-missing",
                 {{"path", path}}};
  }
  auto connection = Connection::open(path, OpenMode::kReadWrite);
  if (!connection) return std::move(connection).error();
  // Exclusive: no second process, and no shared memory.
  auto set = (*connection)
                 ->execute(
                     "PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL; PRAGMA "
                     "cache_size=-256;");
  if (!set) return std::move(set).error();
  if (auto known = match_schema(**connection, lock_schema()); !known)
    return std::move(known).error();
  if (auto settled = settle(**connection); !settled) return std::move(settled).error();
  return std::unique_ptr<HeadLockFile>(std::make_unique<SqliteHeadLock>(std::move(*connection)));
}

}  // namespace dure::node
