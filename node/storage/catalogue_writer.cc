// SPDX-License-Identifier: Apache-2.0
#include "storage/catalogue_writer.h"

#include <limits>
#include <utility>

#include "storage/catalogue_transaction.h"

namespace dure::node {
namespace {

constexpr const char* kAddToIndex =
    "INSERT INTO search(rowid, title, keywords, summary, body) VALUES(?1, ?2, ?3, ?4, ?5)";
// A contentless index forgets a document only when it is told the very words again.
constexpr const char* kTakeFromIndex =
    "INSERT INTO search(search, rowid, title, keywords, summary, body) VALUES('delete', ?1, ?2, "
    "?3, ?4, ?5)";

constexpr std::uint64_t kMergeAfter =
    2000;  // documents; and a fifth of all, so that merging costs a constant share
constexpr int kMergePages = 400;
constexpr std::size_t kMaxWords = 16'384;

std::string joined_regions(const CatalogueChange& change) {
  std::string out = change.item.region;
  for (const std::string& region : change.more_regions) out += ' ' + region;
  return out;
}

}  // namespace

Status CatalogueWriter::apply(std::span<const CatalogueChange> changes,
                              std::span<const std::pair<std::string, std::uint64_t>> positions,
                              CatalogueColumns& columns) {
  auto done = apply_all(changes, positions, columns);
  if (!done) drop_plans();
  return done;
}

/// After a transaction that failed: a log that was added is gone again.
void CatalogueWriter::drop_plans() {
  logs_.clear();
  word_changes_.forget();
  practices_.clear();
  changes_begin_anew_ = false;
}

/// A large transaction must not keep all its words in memory.
Status CatalogueWriter::write_some_words() {
  return word_changes_.words() < kMaxWords ? ok() : word_changes_.write(*connection_);
}

Status CatalogueWriter::apply_all(std::span<const CatalogueChange> changes,
                                  std::span<const std::pair<std::string, std::uint64_t>> positions,
                                  CatalogueColumns& columns) {
  Transaction transaction(*connection_);
  if (auto begun = transaction.begin(); !begun) return begun;
  auto state = read_state(*connection_);
  if (!state) return std::move(state).error();
  WordsAhead words(changes);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (auto applied = apply_one(changes[i], words.at(i), *state, columns); !applied)
      return applied;
  }
  for (const auto& [origin, position] : positions) {
    if (auto moved = move_position(origin, position, columns); !moved) return moved;
  }
  return finish(transaction, *state, columns);
}

/// What a transaction that wrote documents ends with.
Status CatalogueWriter::finish(Transaction& transaction, CatalogueState& state,
                               CatalogueColumns& columns) {
  if (auto counted = word_changes_.write(*connection_); !counted) return counted;
  if (auto counted = count_adopters(columns); !counted) return counted;
  ++state.version;
  if (std::exchange(changes_begin_anew_, false)) state.epoch = new_epoch();
  if (auto written = write_state(*connection_, state); !written) return written;
  columns.version = state.version;
  columns.epoch = state.epoch;
  columns.freeze();
  return transaction.commit();
}

Status CatalogueWriter::apply_one(const CatalogueChange& change, const IndexWords& words,
                                  CatalogueState& state, CatalogueColumns& columns) {
  const CatalogueItem& item = change.item;
  auto id = id_bytes(item.id);
  if (!id) return std::move(id).error();
  auto log = log_number(item.origin, columns);
  if (!log) return std::move(log).error();
  auto before = newest(*id, *log, columns);
  if (!before) return std::move(before).error();
  const auto& known = *before;
  if (known) {
    const Revision arrived{item.rev, item.index}, shown{known->rev, known->position};
    if (arrived == shown) return ok();  // folded before
    const bool replaces = arrived.replaces(shown);
    auto noted = note_revision(*id, *log, replaces ? shown : arrived);
    if (!noted || !replaces) return noted;
    if (auto removed = remove(known->document, columns); !removed) return removed;
  }
  if (state.next_document >= CatalogueColumns::kMaxDocument)
    return Error{ErrorCode::kTooLarge, "the catalogue ran out of numbers; rebuild it"};
  if (auto done = insert(change, words, *id, *log, state.next_document++, columns); !done)
    return done;
  return show_newest_of_several(*id, columns);
}

Status CatalogueWriter::erase(std::span<const CatalogueChange> tombstones,
                              CatalogueColumns& columns) {
  if (auto strict = connection_->execute("PRAGMA secure_delete=ON"); !strict) return strict;
  auto done = erase_all(tombstones, columns);
  if (!done) drop_plans();
  auto back = connection_->execute("PRAGMA secure_delete=FAST");
  return done ? back : done;
}

Status CatalogueWriter::erase_all(std::span<const CatalogueChange> tombstones,
                                  CatalogueColumns& columns) {
  Transaction transaction(*connection_);
  if (auto begun = transaction.begin(); !begun) return begun;
  auto state = read_state(*connection_);
  if (!state) return std::move(state).error();
  for (const auto& tombstone : tombstones) {
    if (auto erased = erase_one(tombstone, *state, columns); !erased) return erased;
  }
  return finish(transaction, *state, columns);
}

Status CatalogueWriter::erase_one(const CatalogueChange& tombstone, CatalogueState& state,
                                  CatalogueColumns& columns) {
  const CatalogueItem& item = tombstone.item;
  auto id = id_bytes(item.id);
  if (!id) return std::move(id).error();
  auto log = log_number(item.origin, columns);
  if (!log) return std::move(log).error();
  auto before = newest(*id, *log, columns);
  if (!before) return std::move(before).error();
  const auto& shown = *before;
  // Of earlier revisions the tables hold no words, and what is not folded yet never will.
  if (!shown || shown->rev != item.rev || shown->position != item.index) return ok();
  if (auto removed = remove(shown->document, columns); !removed) return removed;
  if (state.next_document >= CatalogueColumns::kMaxDocument)
    return Error{ErrorCode::kTooLarge, "the catalogue ran out of numbers; rebuild it"};
  if (auto done = insert(tombstone, {}, *id, *log, state.next_document++, columns); !done)
    return done;
  return show_newest_of_several(*id, columns);
}

Status CatalogueWriter::sweep() {
  // Words of deleted documents stay in the index's segments until these are merged into one, and
  // then in pages that were freed before without being overwritten.
  auto swept = connection_->execute(
      "PRAGMA secure_delete=ON; INSERT INTO search(search) VALUES('optimize');"
      "PRAGMA temp_store=FILE; VACUUM;");
  auto back = connection_->execute("PRAGMA temp_store=MEMORY; PRAGMA secure_delete=FAST;");
  if (!swept) return swept;
  if (!back) return back;
  merging_ = false;
  indexed_since_merge_ = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection_->handle(), "main",
                                             SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if ((code & 0xFF) == SQLITE_BUSY)
    return Error{ErrorCode::kUnavailable, "somebody searches; the rest is erased later"};
  if (code != SQLITE_OK) return sqlite_error(connection_->handle(), code, connection_->path());
  return ok();
}

Result<std::uint16_t> CatalogueWriter::log_number(const std::string& origin,
                                                  CatalogueColumns& columns) {
  if (const auto cached = logs_.find(origin); cached != logs_.end()) return cached->second;
  auto insert = connection_->prepare("INSERT OR IGNORE INTO logs(origin, position) VALUES(?1, 0)");
  if (!insert) return std::move(insert).error();
  if (auto inserted = insert->bind_text(1, origin).run(); !inserted)
    return std::move(inserted).error();
  auto select = connection_->prepare("SELECT log FROM logs WHERE origin = ?1");
  if (!select) return std::move(select).error();
  auto row = select->bind_text(1, origin).step();
  if (!row) return std::move(row).error();
  const std::int64_t number = *row ? select->integer(0) : 0;
  if (number < 1 || number > std::numeric_limits<std::uint16_t>::max()) {
    return Error{ErrorCode::kTooLarge, "the catalogue cannot hold more logs"};
  }
  const auto log = static_cast<std::uint16_t>(number);
  columns.set_log(log, origin, columns.position(origin));
  logs_.emplace(origin, log);
  return log;
}

Result<std::optional<CatalogueWriter::Newest>> CatalogueWriter::newest(
    std::string_view id, std::uint16_t log, const CatalogueColumns& columns) {
  // Nearly every entry is a new record: the memory says so without a look into the file.
  for (const DocumentNumber document : columns.with_key(columns.key_of(id))) {
    if (columns.log_of(document) != log) continue;
    auto select =
        connection_->prepare("SELECT rev, position FROM documents WHERE document = ?1 AND id = ?2");
    if (!select) return std::move(select).error();
    auto row = select->bind(1, static_cast<std::int64_t>(document)).bind_blob(2, id).step();
    if (!row) return std::move(row).error();
    if (!*row) continue;
    return std::optional<Newest>({static_cast<std::uint64_t>(select->integer(0)),
                                  static_cast<std::uint64_t>(select->integer(1)), document});
  }
  return std::optional<Newest>();
}

Status CatalogueWriter::note_revision(std::string_view id, std::uint16_t log,
                                      const Revision& revision) {
  auto insert = connection_->prepare(
      "INSERT OR IGNORE INTO revisions(id, log, rev, position) VALUES(?1, ?2, ?3, ?4)");
  if (!insert) return std::move(insert).error();
  insert->bind_blob(1, id).bind(2, log).bind(3, static_cast<std::int64_t>(revision.rev));
  return insert->bind(4, static_cast<std::int64_t>(revision.position)).run();
}

Status CatalogueWriter::index(const char* sql, DocumentNumber document, const IndexWords& words) {
  auto statement = connection_->prepare(sql);
  if (!statement) return std::move(statement).error();
  statement->bind(1, static_cast<std::int64_t>(document))
      .bind_text(2, words.title)
      .bind_text(3, words.keywords);
  return statement->bind_text(4, words.summary).bind_text(5, words.body).run();
}

Status CatalogueWriter::keep_texts(const CatalogueChange& change, DocumentNumber document) {
  const CatalogueItem& item = change.item;
  auto texts = connection_->prepare("INSERT INTO texts VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
  if (!texts) return std::move(texts).error();
  texts->bind(1, static_cast<std::int64_t>(document))
      .bind_text(2, item.title)
      .bind_text(3, item.title_en);
  return texts->bind_text(4, item.summary)
      .bind_text(5, change.keywords)
      .bind_text(6, change.body)
      .run();
}

Status CatalogueWriter::insert(const CatalogueChange& change, const IndexWords& words,
                               std::string_view id, std::uint16_t log, DocumentNumber document,
                               CatalogueColumns& columns) {
  const CatalogueItem& item = change.item;
  if (!item.withdrawn) {
    if (auto indexed = index(kAddToIndex, document, words); !indexed) return indexed;
    if (auto kept = keep_texts(change, document); !kept) return kept;
    word_changes_.add(words);
    if (auto written = write_some_words(); !written) return written;
  }
  const std::string regions = joined_regions(change);
  auto row = connection_->prepare(
      "INSERT INTO documents VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, 0)");
  if (!row) return std::move(row).error();
  row->bind(1, static_cast<std::int64_t>(document))
      .bind(2, log)
      .bind_blob(3, id)
      .bind(4, static_cast<std::int64_t>(item.rev));
  row->bind(5, static_cast<std::int64_t>(item.index))
      .bind_text(6, item.type)
      .bind(7, item.withdrawn ? 1 : 0);
  row->bind_text(8, regions)
      .bind_text(9, item.modified)
      .bind(10, static_cast<std::int64_t>(words.text_bytes))
      .bind(11, static_cast<std::int64_t>(change.facets))
      .bind(12, static_cast<std::int64_t>(change.review_due));
  if (auto inserted = row->run(); !inserted) return inserted;
  add_document(columns, document,
               {id, log, item.withdrawn, item.type, regions, item.modified, words.text_bytes,
                change.facets, change.review_due});
  if (item.withdrawn) return ok();
  ++indexed_since_merge_;
  return keep_references(change, log, document, columns);
}

Status CatalogueWriter::remove(DocumentNumber document, CatalogueColumns& columns) {
  const auto number = static_cast<std::int64_t>(document);
  {
    auto texts = connection_->prepare(
        "SELECT title, title_en, summary, keywords, body FROM texts WHERE document = ?1");
    if (!texts) return std::move(texts).error();
    auto row = texts->bind(1, number).step();
    if (!row) return std::move(row).error();
    if (*row) {
      const IndexWords words = make_index_words(
          {texts->bytes(0), texts->bytes(1), texts->bytes(3), texts->bytes(2), texts->bytes(4)});
      if (auto taken = index(kTakeFromIndex, document, words); !taken) return taken;
      word_changes_.take_away(words);
      if (auto written = write_some_words(); !written) return written;
    }
  }
  if (auto dropped = drop_references(document); !dropped) return dropped;
  for (const char* sql :
       {"DELETE FROM texts WHERE document = ?1", "DELETE FROM documents WHERE document = ?1"}) {
    auto statement = connection_->prepare(sql);
    if (!statement) return std::move(statement).error();
    if (auto deleted = statement->bind(1, number).run(); !deleted) return deleted;
  }
  columns.remove(document);
  return ok();
}

Status CatalogueWriter::move_position(const std::string& origin, std::uint64_t position,
                                      CatalogueColumns& columns) {
  auto log = log_number(origin, columns);
  if (!log) return std::move(log).error();
  auto update = connection_->prepare("UPDATE logs SET position = ?2 WHERE log = ?1");
  if (!update) return std::move(update).error();
  columns.set_log(*log, origin, position);
  return update->bind(1, *log).bind(2, static_cast<std::int64_t>(position)).run();
}

Status CatalogueWriter::clear() {
  auto state = read_state(*connection_);
  if (!state) return std::move(state).error();
  logs_.clear();
  indexed_since_merge_ = 0;
  merging_ = false;
  return reset_catalogue(*connection_, state->version + 1);
}

Result<bool> CatalogueWriter::merge_step(std::uint64_t live) {
  if (!merging_ && indexed_since_merge_ > kMergeAfter && indexed_since_merge_ * 5 > live) {
    merging_ = true;
    indexed_since_merge_ = 0;
    // A negative number opens a merge of all segments; positive ones go on with it.
    auto opened = connection_->execute("INSERT INTO search(search, rank) VALUES('merge', -1)");
    if (!opened) return std::move(opened).error();
  }
  if (!merging_) return false;
  const std::int64_t before = sqlite3_total_changes64(connection_->handle());
  auto step = connection_->prepare("INSERT INTO search(search, rank) VALUES('merge', ?1)");
  if (!step) return std::move(step).error();
  if (auto merged = step->bind(1, kMergePages).run(); !merged) return std::move(merged).error();
  // FTS5 documents that a step which did nothing changes fewer than two rows.
  merging_ = sqlite3_total_changes64(connection_->handle()) - before >= 2;
  if (!merging_) sqlite3_db_release_memory(connection_->handle());
  return merging_;
}

}  // namespace dure::node
