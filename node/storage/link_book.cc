// SPDX-License-Identifier: Apache-2.0
#include "storage/link_book.h"

#include <filesystem>
#include <utility>

namespace dure::node {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTables = R"sql(
CREATE TABLE links(
  url TEXT PRIMARY KEY, checked_at INTEGER NOT NULL, next_at INTEGER NOT NULL, finding INTEGER NOT NULL,
  status INTEGER NOT NULL, failures INTEGER NOT NULL, dead_since INTEGER NOT NULL,
  dead_status INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX links_due ON links(next_at, url);
CREATE INDEX links_dead ON links(url) WHERE dead_since <> 0;
CREATE TABLE places(
  entry TEXT NOT NULL, url TEXT NOT NULL, pass INTEGER NOT NULL, PRIMARY KEY(entry, url)) STRICT, WITHOUT ROWID;
CREATE INDEX places_of ON places(url);
)sql";

Schema link_schema() { return {0x4455524C, kTables}; }  // "DURL"

constexpr const char* kColumns =
    "links.url, checked_at, next_at, finding, status, failures, dead_since, dead_status";

KnownLink state_of(const Statement& row) {
  KnownLink state;
  state.url = row.bytes(0);
  state.checked_at = row.integer(1);
  state.next_at = row.integer(2);
  const std::int64_t finding = row.integer(3);
  // What a newer program may have written is as good as unknown.
  if (finding >= 0 && finding <= static_cast<std::int64_t>(LinkFinding::kRefused))
    state.finding = static_cast<LinkFinding>(finding);
  state.status = static_cast<int>(row.integer(4));
  state.failures = static_cast<std::uint64_t>(row.integer(5));
  state.dead_since = row.integer(6);
  state.dead_status = static_cast<int>(row.integer(7));
  return state;
}

Status keep_one(Connection& connection, std::uint64_t pass, const std::string& entry,
                const std::string& url) {
  auto link = connection.prepare(
      "INSERT INTO links(url, checked_at, next_at, finding, status, failures, dead_since, "
      "dead_status) "
      "VALUES(?1, 0, 0, ?2, 0, 0, 0, 0) ON CONFLICT DO NOTHING");
  if (!link) return std::move(link).error();
  link->bind_text(1, url).bind(2, static_cast<std::int64_t>(LinkFinding::kRefused));
  if (auto kept = link->run(); !kept) return kept;
  auto place = connection.prepare(
      "INSERT INTO places(entry, url, pass) VALUES(?1, ?2, ?3) "
      "ON CONFLICT DO UPDATE SET pass = excluded.pass");
  if (!place) return std::move(place).error();
  return place->bind_text(1, entry)
      .bind_text(2, url)
      .bind(3, static_cast<std::int64_t>(pass))
      .run();
}

Status write_state(Connection& connection, const KnownLink& state) {
  auto update = connection.prepare(
      "UPDATE links SET checked_at = ?2, next_at = ?3, finding = ?4, status = ?5, failures = ?6, "
      "dead_since = ?7, dead_status = ?8 WHERE url = ?1");
  if (!update) return std::move(update).error();
  update->bind_text(1, state.url)
      .bind(2, state.checked_at)
      .bind(3, state.next_at)
      .bind(4, static_cast<std::int64_t>(state.finding));
  update->bind(5, state.status)
      .bind(6, static_cast<std::int64_t>(state.failures))
      .bind(7, state.dead_since)
      .bind(8, state.dead_status);
  if (auto done = update->run(); !done) return done;
  if (connection.changes() == 0) return Error{ErrorCode::kNotFound, "no entry has this address"};
  return ok();
}

class SqliteLinkBook final : public LinkBook {
 public:
  explicit SqliteLinkBook(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  Status keep(std::uint64_t pass, const std::vector<EntryLinks>& entries) override {
    return database_->run([&](Connection& connection) -> Status {
      for (const EntryLinks& entry : entries) {
        for (const std::string& url : entry.urls) {
          if (auto kept = keep_one(connection, pass, entry.id, url); !kept) return kept;
        }
      }
      return ok();
    });
  }

  Status forget_but(std::uint64_t pass) override {
    std::int64_t gone = 0;
    auto forgotten = database_->run([&](Connection& connection) -> Status {
      auto places = connection.prepare("DELETE FROM places WHERE pass <> ?1");
      if (!places) return std::move(places).error();
      if (auto done = places->bind(1, static_cast<std::int64_t>(pass)).run(); !done) return done;
      gone = connection.changes();
      return connection.execute(
          "DELETE FROM links WHERE NOT EXISTS(SELECT 1 FROM places WHERE places.url = links.url)");
    });
    // What was deleted still stands in the write-ahead log, perhaps of an erased entry.
    if (!forgotten || gone == 0) return forgotten;
    return database_->run_alone([](Connection& connection) { return settle(connection); });
  }

  Result<std::vector<KnownLink>> due(std::int64_t now, std::size_t most) override {
    const std::string sql = std::string("SELECT ") + kColumns +
                            " FROM links WHERE next_at <= ?1 ORDER BY next_at, url LIMIT ?2";
    auto reader = database_->reader();
    if (!reader) return std::move(reader).error();
    auto select = (*reader)->prepare(sql);
    if (!select) return std::move(select).error();
    select->bind(1, now).bind(2, static_cast<std::int64_t>(most));
    std::vector<KnownLink> states;
    auto row = select->step();
    for (; row && *row; row = select->step()) states.push_back(state_of(*select));
    if (!row) return std::move(row).error();
    return states;
  }

  Result<std::optional<std::int64_t>> next_due() override {
    auto reader = database_->reader();
    if (!reader) return std::move(reader).error();
    auto select = (*reader)->prepare("SELECT min(next_at) FROM links");
    if (!select) return std::move(select).error();
    const auto row = select->step();
    if (!row) return row.error();
    if (!*row || select->is_null(0)) return std::optional<std::int64_t>();
    return std::optional(select->integer(0));
  }

  Status record(const KnownLink& state) override {
    return database_->run([&](Connection& connection) { return write_state(connection, state); });
  }

  Result<std::optional<KnownLink>> find(std::string_view url) override {
    auto reader = database_->reader();
    if (!reader) return std::move(reader).error();
    auto select =
        (*reader)->prepare(std::string("SELECT ") + kColumns + " FROM links WHERE url = ?1");
    if (!select) return std::move(select).error();
    const auto row = select->bind_text(1, url).step();
    if (!row) return row.error();
    if (!*row) return std::optional<KnownLink>();
    return std::optional(state_of(*select));
  }

  Result<std::vector<DeadLink>> dead() override {
    const std::string sql = std::string("SELECT ") + kColumns +
                            ", entry FROM links JOIN places ON places.url = links.url "
                            "WHERE dead_since <> 0 ORDER BY entry, links.url";
    auto reader = database_->reader();
    if (!reader) return std::move(reader).error();
    auto select = (*reader)->prepare(sql);
    if (!select) return std::move(select).error();
    std::vector<DeadLink> links;
    auto row = select->step();
    for (; row && *row; row = select->step())
      links.push_back({std::string(select->bytes(8)), state_of(*select)});
    if (!row) return std::move(row).error();
    return links;
  }

  Result<bool> stands_in(std::string_view id, std::string_view url) override {
    auto reader = database_->reader();
    if (!reader) return std::move(reader).error();
    auto select = (*reader)->prepare("SELECT 1 FROM places WHERE entry = ?1 AND url = ?2");
    if (!select) return std::move(select).error();
    return select->bind_text(1, id).bind_text(2, url).step();
  }

  Result<LinkCounts> counts() override {
    auto reader = database_->reader();
    if (!reader) return std::move(reader).error();
    auto select = (*reader)->prepare(
        "SELECT count(*), count(*) FILTER (WHERE checked_at <> 0), count(*) FILTER (WHERE "
        "dead_since <> 0), "
        "coalesce(max(checked_at), 0) FROM links");
    if (!select) return std::move(select).error();
    const auto row = select->step();
    if (!row) return row.error();
    LinkCounts counts;
    counts.links = static_cast<std::uint64_t>(select->integer(0));
    counts.checked = static_cast<std::uint64_t>(select->integer(1));
    counts.dead = static_cast<std::uint64_t>(select->integer(2));
    counts.last_checked = select->integer(3);
    return counts;
  }

  std::uint64_t changes() override { return database_->commits(); }

 private:
  std::unique_ptr<Database> database_;
};

}  // namespace

Result<std::unique_ptr<LinkBook>> open_link_book(const std::string& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    if (auto made = Database::create(path, link_schema()); !made) return std::move(made).error();
  }
  DatabaseOptions options;
  options.max_readers = 4;
  options.writer_cache_kib = 2048;
  auto database = Database::open(path, link_schema(), options);
  if (!database) return std::move(database).error();
  auto secure = (*database)->run_alone(
      [](Connection& connection) { return connection.execute("PRAGMA secure_delete=ON"); });
  if (!secure) return std::move(secure).error();
  return std::unique_ptr<LinkBook>(std::make_unique<SqliteLinkBook>(std::move(*database)));
}

Status remove_link_book(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::error_code failure;
    fs::remove(path + suffix, failure);
    if (failure) return Error{ErrorCode::kStorage, path + suffix + ": " + failure.message()};
  }
  return ok();
}

}  // namespace dure::node
