// SPDX-License-Identifier: Apache-2.0
#include "storage/catalogue_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <limits>
#include <random>

#include "catalogue/moment.h"
#include "dure/encoding.h"
#include "storage/fts_tokenizer.h"

namespace dure::node {
namespace {

constexpr std::int64_t kApplicationId = 0x44555243;  // "DURC"
constexpr std::int64_t kSchemaVersion = 7;

// Contentless, because the texts are beside it; without column sizes, because ranking has its own
// (24 bytes a document).
constexpr const char* kTables = R"(
CREATE TABLE state(one INTEGER PRIMARY KEY CHECK(one = 1), epoch INTEGER NOT NULL, version INTEGER NOT NULL,
                   next_document INTEGER NOT NULL) STRICT;
CREATE TABLE logs(log INTEGER PRIMARY KEY, origin TEXT NOT NULL UNIQUE, position INTEGER NOT NULL,
                  line TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE revisions(id BLOB NOT NULL, log INTEGER NOT NULL, rev INTEGER NOT NULL, position INTEGER NOT NULL,
                       PRIMARY KEY(id, log, rev, position)) STRICT, WITHOUT ROWID;
CREATE TABLE documents(document INTEGER PRIMARY KEY, log INTEGER NOT NULL, id BLOB NOT NULL, rev INTEGER NOT NULL,
                       position INTEGER NOT NULL, type TEXT NOT NULL, withdrawn INTEGER NOT NULL,
                       regions TEXT NOT NULL, modified TEXT NOT NULL, length INTEGER NOT NULL,
                       facets INTEGER NOT NULL, review_due INTEGER NOT NULL,
                       hidden INTEGER NOT NULL DEFAULT 0, adopters INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE refs(document INTEGER NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL, target BLOB NOT NULL,
                  member TEXT NOT NULL, generation INTEGER NOT NULL, type TEXT NOT NULL, log INTEGER NOT NULL,
                  hidden INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(document, place)) STRICT, WITHOUT ROWID;
CREATE INDEX refs_to ON refs(target, member, hidden, kind, type, document, log);
CREATE TABLE texts(document INTEGER PRIMARY KEY, title TEXT NOT NULL, title_en TEXT NOT NULL, summary TEXT NOT NULL,
                   keywords TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE words(word TEXT PRIMARY KEY, documents INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE spellings(key INTEGER NOT NULL, word TEXT NOT NULL, PRIMARY KEY(key, word)) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5(title, keywords, summary, body, content='', columnsize=0,
                                  tokenize='dure lists');
INSERT INTO search(search, rank) VALUES('automerge', 16);
INSERT INTO search(search, rank) VALUES('crisismerge', 32);
INSERT INTO search(search, rank) VALUES('hashsize', 8388608);
)";

constexpr const char* kDrop = R"(
DROP TABLE IF EXISTS refs; DROP TABLE IF EXISTS words; DROP TABLE IF EXISTS spellings; DROP TABLE IF EXISTS search; DROP TABLE IF EXISTS texts; DROP TABLE IF EXISTS documents;
DROP TABLE IF EXISTS revisions; DROP TABLE IF EXISTS logs; DROP TABLE IF EXISTS state;
)";

bool file_exists(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0;
}

/// Whether the file says it is a catalogue; asks the bytes, because a damaged file may not open.
bool is_catalogue(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string head(72, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (file.gcount() == 0) return true;  // empty: nothing to lose
  std::string_view id = std::string_view(head).substr(68, 4);
  const auto value = take_u32be(id);
  return file.gcount() == 72 && head.starts_with("SQLite format 3") && value &&
         *value == kApplicationId;
}

void remove_file(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) ::unlink((path + suffix).c_str());
}

Status set_up(Connection& connection, int cache_kib, std::int64_t mmap_bytes) {
  auto tokenizer = register_tokenizer(connection.handle());
  if (!tokenizer) return tokenizer;
  const std::string pragmas =
      "PRAGMA cache_size=-" + std::to_string(cache_kib) +
      "; PRAGMA mmap_size=" + std::to_string(mmap_bytes) +
      // What merging frees is overwritten only where that costs no further write.
      "; PRAGMA secure_delete=FAST; PRAGMA temp_store=MEMORY;";
  return connection.execute(pragmas.c_str());
}

Result<bool> fits(Connection& connection) {
  auto id = connection.query_integer("PRAGMA application_id");
  if (!id) return std::move(id).error();
  auto version = connection.query_integer("PRAGMA user_version");
  if (!version) return std::move(version).error();
  if (*id != kApplicationId || *version != kSchemaVersion) return false;
  auto state = read_state(connection);
  if (!state) return std::move(state).error();
  return true;
}

Result<std::unique_ptr<Connection>> open_existing(const std::string& path,
                                                  const CatalogueFileOptions& options) {
  auto connection = Connection::open(path, OpenMode::kReadWrite);
  if (!connection) return std::move(connection).error();
  auto ready = set_up(**connection, options.cache_kib, options.mmap_bytes);
  if (!ready) return std::move(ready).error();
  auto fit = fits(**connection);
  if (!fit) return std::move(fit).error();
  if (!*fit) return Error{ErrorCode::kUnsupported, path + ": another schema version"};
  // Relaxed: a crash of the machine may lose the last commits, which are folded again; never the
  // file's integrity.
  auto durable =
      (*connection)
          ->execute(
              "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=8000; "
              "PRAGMA journal_size_limit=33554432;");
  if (!durable) return std::move(durable).error();
  return connection;
}

Status create(const std::string& path, const CatalogueFileOptions& options) {
  auto connection = Connection::open(path, OpenMode::kCreate);
  if (!connection) return std::move(connection).error();
  auto ready = set_up(**connection, options.cache_kib, options.mmap_bytes);
  if (!ready) return ready;
  const std::string identity =
      "PRAGMA journal_mode=WAL; PRAGMA application_id=" + std::to_string(kApplicationId) +
      "; PRAGMA user_version=" + std::to_string(kSchemaVersion) + ";";
  auto named = (*connection)->execute(identity.c_str());
  if (!named) return named;
  return reset_catalogue(**connection, 1);
}

}  // namespace

Result<std::unique_ptr<Connection>> open_catalogue_writer(const std::string& path,
                                                          const CatalogueFileOptions& options) {
  if (file_exists(path)) {
    if (!is_catalogue(path)) {
      return Error{ErrorCode::kUnsupported,
                   path + ": not a catalogue; it is left as it is",
                   "storage.not-a-database",
                   {{"path", path}, {"reason", "not a catalogue"}}};
    }
    auto opened = open_existing(path, options);
    if (opened) return opened;
    const std::string_view key = opened.error().text;
    const bool rebuildable = opened.error().code == ErrorCode::kUnsupported ||
                             opened.error().code == ErrorCode::kNotFound ||
                             key == "storage.corrupt" || key == "storage.not-a-database" ||
                             key == "storage.failed";
    if (!rebuildable) return opened;
  }
  remove_file(path);
  auto made = create(path, options);
  if (!made) return std::move(made).error();
  return open_existing(path, options);
}

Result<CatalogueConnection> open_catalogue_reader(const std::string& path,
                                                  const CatalogueFileOptions& options) {
  auto connection = Connection::open(path, OpenMode::kReadOnly);
  if (!connection) return std::move(connection).error();
  auto ready = set_up(**connection, options.reader_cache_kib, options.mmap_bytes);
  if (!ready) return std::move(ready).error();
  auto fit = fits(**connection);
  if (!fit) return std::move(fit).error();
  if (!*fit) return Error{ErrorCode::kUnsupported, path + ": another schema version"};
  CatalogueConnection reader{std::make_unique<CollectSlot>(), *std::move(connection)};
  auto collector = register_collector(reader.connection->handle(), reader.slot.get());
  if (!collector) return std::move(collector).error();
  return reader;
}

Status reset_catalogue(Connection& connection, std::uint64_t version) {
  const std::string state = "INSERT INTO state VALUES(1, " + std::to_string(new_epoch()) + ", " +
                            std::to_string(version) + ", 1);";
  const std::string sql = std::string("BEGIN IMMEDIATE;") + kDrop + kTables + state + "COMMIT;";
  auto done = connection.execute(sql.c_str());
  if (!done && connection.in_transaction()) (void)connection.execute("ROLLBACK");
  return done;
}

Result<CatalogueState> read_state(Connection& connection) {
  auto statement = connection.prepare("SELECT epoch, version, next_document FROM state");
  if (!statement) return std::move(statement).error();
  auto row = statement->step();
  if (!row) return std::move(row).error();
  if (!*row) return Error{ErrorCode::kNotFound, "the catalogue has no state"};
  return CatalogueState{static_cast<std::uint64_t>(statement->integer(0)),
                        static_cast<std::uint64_t>(statement->integer(1)),
                        static_cast<DocumentNumber>(statement->integer(2))};
}

std::uint64_t new_epoch() {
  std::random_device device;
  return ((std::uint64_t{device()} << 32U) | device()) >> 1U;
}

Status write_state(Connection& connection, const CatalogueState& state) {
  auto statement =
      connection.prepare("UPDATE state SET version = ?1, next_document = ?2, epoch = ?3");
  if (!statement) return std::move(statement).error();
  statement->bind(1, static_cast<std::int64_t>(state.version))
      .bind(2, static_cast<std::int64_t>(state.next_document))
      .bind(3, static_cast<std::int64_t>(state.epoch));
  return statement->run();
}

Result<CatalogueColumns> load_columns(Connection& connection) {
  CatalogueColumns columns;
  auto state = read_state(connection);
  if (!state) return std::move(state).error();
  columns.epoch = state->epoch;
  columns.version = state->version;
  auto logs = connection.prepare("SELECT log, origin, position, line FROM logs");
  if (!logs) return std::move(logs).error();
  auto row = logs->step();
  for (; row && *row; row = logs->step()) {
    const auto log = static_cast<std::uint16_t>(logs->integer(0));
    columns.set_log(log, logs->bytes(1), static_cast<std::uint64_t>(logs->integer(2)));
    if (!logs->bytes(3).empty()) columns.set_line(log, logs->bytes(3));
  }
  if (!row) return std::move(row).error();
  auto documents = connection.prepare(
      "SELECT document, log, id, type, regions, modified, length, withdrawn OR hidden, facets, "
      "review_due, adopters FROM documents");
  if (!documents) return std::move(documents).error();
  for (row = documents->step(); row && *row; row = documents->step()) {
    const StoredFacts stored{documents->bytes(2),
                             static_cast<std::uint16_t>(documents->integer(1)),
                             documents->integer(7) != 0,
                             documents->bytes(3),
                             documents->bytes(4),
                             documents->bytes(5),
                             static_cast<std::uint64_t>(documents->integer(6)),
                             static_cast<std::uint64_t>(documents->integer(8)),
                             static_cast<std::uint32_t>(documents->integer(9)),
                             static_cast<std::uint64_t>(documents->integer(10))};
    add_document(columns, static_cast<DocumentNumber>(documents->integer(0)), stored);
  }
  if (!row) return std::move(row).error();
  auto addressed = connection.prepare(
      "SELECT document, member, target FROM refs WHERE kind = 'addresses' AND hidden = 0");
  if (!addressed) return std::move(addressed).error();
  for (row = addressed->step(); row && *row; row = addressed->step()) {
    columns.add_problem(static_cast<DocumentNumber>(addressed->integer(0)),
                        {std::string(addressed->bytes(1)), std::string(addressed->bytes(2))});
  }
  if (!row) return std::move(row).error();
  columns.freeze();
  return columns;
}

Result<std::string> id_bytes(std::string_view id) {
  auto bytes = base32_decode(id);
  if (!bytes || bytes->size() != 16) return Error{ErrorCode::kInvalid, "not an entry id"};
  return bytes;
}

void add_document(CatalogueColumns& columns, DocumentNumber document, const StoredFacts& stored) {
  DocumentFacts facts;
  const std::uint64_t order = id_order(stored.id);
  facts.id_high = static_cast<std::uint32_t>(order >> 32U);
  facts.id_low = static_cast<std::uint32_t>(order);
  facts.key = columns.key_of(stored.id);
  facts.log = stored.log;
  if (stored.withdrawn) return columns.add(document, facts, {});
  std::vector<std::uint32_t> regions = parse_regions(stored.regions);
  facts.modified = moment_seconds(stored.modified);
  facts.type = columns.type_number(stored.type);
  facts.length = length_class(stored.length);
  facts.facets = columns.facet_number(stored.facets);
  facts.review_due = static_cast<std::uint16_t>(
      std::min<std::uint32_t>(stored.review_due, std::numeric_limits<std::uint16_t>::max()));
  if (!regions.empty()) {
    facts.region = regions.front();
    regions.erase(regions.begin());
  }
  columns.add(document, facts, regions);
  columns.set_adopters(document, stored.adopters);
}

std::vector<std::uint32_t> parse_regions(std::string_view stored) {
  std::vector<std::uint32_t> regions;
  for (std::size_t at = 0; at + 5 <= stored.size(); at += 6) {
    std::uint32_t value = 0;
    const char* begin = stored.data() + at;
    if (std::from_chars(begin, begin + 5, value).ec == std::errc()) regions.push_back(value);
  }
  return regions;
}

}  // namespace dure::node
