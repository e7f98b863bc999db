// SPDX-License-Identifier: Apache-2.0
#include "storage/catalogue_search.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "catalogue/cursor.h"
#include "catalogue/snippet.h"
#include "dure/encoding.h"
#include "storage/fts_rank.h"

namespace dure::node {
namespace {

/// A failed MATCH is the expression's fault, everything else the disk's.
Error match_error(const Connection& connection, Error error) {
  if (sqlite3_errcode(connection.handle()) != SQLITE_ERROR) return error;
  return {ErrorCode::kInvalid,
          "bad search expression: " + printable(sqlite3_errmsg(connection.handle()))};
}

bool has_floor(const SearchQuery& query) {
  return query.floor_of_best > 0 || query.floor_of_all > 0;
}

Result<std::uint64_t> count_in_index(Connection& connection, const std::string& word) {
  auto statement = connection.prepare("SELECT count(*) FROM search WHERE search MATCH ?1");
  if (!statement) return std::move(statement).error();
  statement->bind_text(1, word);
  auto row = statement->step();
  if (!row) return match_error(connection, std::move(row).error());
  return static_cast<std::uint64_t>(statement->integer(0));
}

Result<RankStatistics> gather_statistics(Connection& connection, const CatalogueColumns& columns,
                                         const SearchQuery& query, SearchCache& cache) {
  RankStatistics statistics{columns.live(), columns.total_length(), {}};
  // A single word weighs the same in every hit.
  const bool scored = !query.newest_first && !query.by_adoption;
  if (query.words.size() < 2 || (!scored && !has_floor(query))) return statistics;
  for (const std::string& word : query.words) {
    auto counted = count_word(connection, columns, word, cache);
    if (!counted) return std::move(counted).error();
    statistics.word_documents.push_back(*counted);
  }
  return statistics;
}

/// A guess that is right where no hit holds more than the heaviest word that occurs.
double first_floor(const SearchQuery& query, const RankStatistics& statistics) {
  double heaviest = 0, whole = 0;
  for (std::size_t i = 0; i < query.words.size(); ++i) {
    const double weight = floor_weight(query, statistics.weight(i));
    whole += weight;
    const bool occurs = i >= statistics.word_documents.size() || statistics.word_documents[i] > 0;
    if (occurs) heaviest = std::max(heaviest, weight);
  }
  return std::max(query.floor_of_best * heaviest, query.floor_of_all * whole);
}

/// Lends the collector to the connection's dure_collect() for one pass.
class CollectorLoan {
 public:
  CollectorLoan(CollectSlot& slot, HitCollector& collector) : slot_(slot) {
    slot_.collector = &collector;
  }
  ~CollectorLoan() { slot_.collector = nullptr; }
  CollectorLoan(const CollectorLoan&) = delete;
  CollectorLoan& operator=(const CollectorLoan&) = delete;

 private:
  CollectSlot& slot_;
};

Status collect_matches(CatalogueConnection& reader, const SearchQuery& query,
                       HitCollector& collector) {
  auto statement = reader.connection->prepare(
      "SELECT 1 FROM search WHERE search MATCH ?1 AND dure_collect(search)");
  if (!statement) return std::move(statement).error();
  statement->bind_text(1, query.match);
  const CollectorLoan loan(*reader.slot, collector);
  auto row = statement->step();
  if (!row) return match_error(*reader.connection, std::move(row).error());
  return ok();
}

void collect_all(const CatalogueColumns& columns, HitCollector& collector) {
  for (DocumentNumber document = 1; document < columns.end(); ++document) {
    const DocumentFacts* facts = collector.considers(document);
    if (facts != nullptr && collector.wants(document, *facts)) collector.add(document, *facts, 0);
  }
}

constexpr const char* kItemColumns =
    "SELECT l.origin, d.id, d.rev, d.position, d.type, d.withdrawn, d.regions, d.modified, "
    "t.title, t.title_en, "
    "t.summary, t.body, d.hidden, l.line, d.adopters FROM documents d JOIN logs l ON l.log = d.log "
    "LEFT JOIN texts t ON t.document = d.document WHERE d.document = ?1";

CatalogueItem read_item(const Statement& row) {
  CatalogueItem item;
  item.origin = row.bytes(0);
  item.id = base32_encode(row.bytes(1));
  item.rev = static_cast<std::uint64_t>(row.integer(2));
  item.index = static_cast<std::uint64_t>(row.integer(3));
  item.type = row.bytes(4);
  item.withdrawn = row.integer(5) != 0;
  item.region = row.bytes(6).substr(0, 5);
  item.modified = row.bytes(7);
  item.title = row.bytes(8);
  item.title_en = row.bytes(9);
  item.summary = row.bytes(10);
  item.superseded = row.integer(12) != 0;
  item.adopters = static_cast<std::uint64_t>(row.integer(14));
  item.line = row.bytes(13).empty() ? item.origin : std::string(row.bytes(13));
  return item;
}

Result<SearchHit> read_hit(Connection& connection, const RankedHit& ranked,
                           const SearchQuery& query) {
  auto statement = connection.prepare(kItemColumns);
  if (!statement) return std::move(statement).error();
  statement->bind(1, static_cast<std::int64_t>(ranked.document));
  auto row = statement->step();
  if (!row) return std::move(row).error();
  if (!*row)
    return Error{ErrorCode::kStorage,
                 "the catalogue's index names a document that is not there; rebuild it"};
  SearchHit hit{read_item(*statement), ranked.score, {}};
  // Not the keywords: they hold names of fields and groups that nobody wrote as a text.
  hit.snippet = make_snippet({statement->bytes(10), statement->bytes(11)}, query.terms);
  return hit;
}

Status read_hits(Connection& connection, const std::vector<RankedHit>& ranked,
                 const SearchQuery& query, std::vector<SearchHit>& hits) {
  for (const RankedHit& hit : ranked) {
    auto read = read_hit(connection, hit, query);
    if (!read) return std::move(read).error();
    hits.push_back(*std::move(read));
  }
  return ok();
}

SearchCursor cursor_after(const RankedHit& last, const CatalogueColumns& columns,
                          const RankStatistics& statistics, double floor, std::uint64_t epoch,
                          std::uint64_t as_of) {
  SearchCursor cursor;
  cursor.floor = floor;
  cursor.epoch = epoch;
  cursor.as_of = as_of;
  cursor.documents = statistics.documents;
  cursor.total_length = statistics.total_length;
  cursor.word_documents = statistics.word_documents;
  cursor.score = last.score;
  cursor.modified = last.modified;
  cursor.id_order = last.id_order;
  cursor.origin = columns.origin(last.log);
  return cursor;
}

/// What ranks: as it was when the first page was made.
struct Ranking {
  std::optional<SearchCursor> after;
  RankStatistics statistics;
};

Result<Ranking> ranking_of(Connection& connection, const CatalogueColumns& columns,
                           const SearchQuery& query, SearchCache& cache) {
  if (query.cursor.empty()) {
    auto gathered = gather_statistics(connection, columns, query, cache);
    if (!gathered) return std::move(gathered).error();
    return Ranking{std::nullopt, *std::move(gathered)};
  }
  auto cursor = parse_cursor(query.cursor, query_text(query));
  if (!cursor) return std::move(cursor).error();
  RankStatistics statistics{cursor->documents, cursor->total_length, cursor->word_documents};
  return Ranking{*std::move(cursor), std::move(statistics)};
}

Status collect(CatalogueConnection& reader, const CatalogueColumns& columns,
               const SearchQuery& query, HitCollector& collector) {
  if (!query.match.empty()) return collect_matches(reader, query, collector);
  collect_all(columns, collector);
  return ok();
}

/// Collects what is above the floor of the query, which it answers.
Result<double> collect_above_floor(CatalogueConnection& reader, const CatalogueColumns& columns,
                                   const SearchQuery& query, const Ranking& ranking,
                                   std::optional<HitCollector>& collection) {
  const auto& after = ranking.after;
  double floor = has_floor(query) ? first_floor(query, ranking.statistics) : 0;
  if (after) floor = after->floor;
  for (;;) {
    collection.emplace(columns, query, ranking.statistics, after, floor);
    if (auto collected = collect(reader, columns, query, *collection); !collected)
      return std::move(collected).error();
    // The best hit is known now, so the second time is the last.
    const double needed = collection->needed_floor();
    if (!collection->has_floor() || after || needed == floor || needed == 0) return floor;
    floor = needed;
  }
}

}  // namespace

Result<std::uint64_t> count_word(Connection& connection, const CatalogueColumns& columns,
                                 const std::string& word, SearchCache& cache) {
  if (const auto known = cache.count(columns.version, word)) return *known;
  auto counted = count_in_index(connection, word);
  if (counted) cache.keep_count(columns.version, word, *counted);
  return counted;
}

std::string query_text(const SearchQuery& query) {
  std::string text = query.match;
  for (const std::string* part : {&query.type, &query.region, &query.origin}) text += '\n' + *part;
  for (const std::string& region : query.more_regions) text += ' ' + region;
  std::uint64_t facets = 0;
  for (const std::uint64_t bits : query.facets) facets |= bits;
  text += '\n' + std::to_string(facets) +
          (query.only_overdue ? " overdue " + std::to_string(query.overdue_on) : "") + ' ' +
          query.hidden_type;
  if (has_floor(query))
    text += '\n' + std::to_string(query.floor_of_best) + ' ' + std::to_string(query.floor_of_all);
  if (!query.problem.empty()) text += "\nproblem " + query.problem_member + ' ' + query.problem;
  if (query.adopted != 0) text += "\nadopted " + std::to_string(query.adopted);
  if (query.by_adoption) return text += "\nadoption";
  return text += query.newest_first ? "\nnewest" : "\nrank";
}

Result<SearchPage> run_search(CatalogueConnection& reader, const CatalogueColumns& columns,
                              const CatalogueState& state, const SearchQuery& query,
                              SearchCache& cache) {
  const auto ranking = ranking_of(*reader.connection, columns, query, cache);
  if (!ranking) return ranking.error();
  std::optional<HitCollector> collected;
  const auto floor = collect_above_floor(reader, columns, query, *ranking, collected);
  if (!floor) return floor.error();

  const std::optional<SearchCursor>& after = ranking->after;
  SearchPage page;
  page.matched = collected->matched();
  if (query.count_facets) page.facets = collected->facet_counts();
  page.total = columns.live();
  page.as_of = after ? after->as_of : state.next_document - 1;
  const bool more = collected->more();
  const std::vector<RankedHit> ranked = collected->take();
  if (auto read = read_hits(*reader.connection, ranked, query, page.hits); !read)
    return std::move(read).error();
  if (more && !ranked.empty()) {
    const std::uint64_t epoch = after ? after->epoch : state.epoch;
    page.next_cursor = format_cursor(
        cursor_after(ranked.back(), columns, ranking->statistics, *floor, epoch, page.as_of),
        query_text(query));
  }
  return page;
}

Result<std::optional<CatalogueItem>> read_record(Connection& connection, DocumentNumber document) {
  auto statement = connection.prepare(kItemColumns);
  if (!statement) return std::move(statement).error();
  auto row = statement->bind(1, static_cast<std::int64_t>(document)).step();
  if (!row) return std::move(row).error();
  if (!*row) return std::optional<CatalogueItem>();
  return std::optional(read_item(*statement));
}

Result<std::vector<CatalogueItem>> find_records(Connection& connection,
                                                const CatalogueColumns& columns,
                                                std::string_view id) {
  std::vector<CatalogueItem> items;
  const auto key = id_bytes(id);
  if (!key) return items;
  for (const DocumentNumber document : columns.with_key(columns.key_of(*key))) {
    auto item = read_record(connection, document);
    if (!item) return std::move(item).error();
    if (*item && (*item)->id == id) items.push_back(**std::move(item));
  }
  return items;
}

Result<std::vector<std::uint64_t>> find_revisions(Connection& connection,
                                                  const CatalogueColumns& columns,
                                                  std::string_view origin, std::string_view id) {
  std::vector<std::uint64_t> positions;
  auto items = find_records(connection, columns, id);
  if (!items) return std::move(items).error();
  const auto newest = std::find_if(items->begin(), items->end(), [&](const CatalogueItem& item) {
    return item.origin == origin;
  });
  if (newest == items->end()) return positions;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> revisions = {{newest->rev, newest->index}};
  auto statement = connection.prepare(
      "SELECT r.rev, r.position FROM revisions r JOIN logs l ON l.log = r.log "
      "WHERE r.id = ?1 AND l.origin = ?2");
  if (!statement) return std::move(statement).error();
  const auto key = id_bytes(id);
  statement->bind_blob(1, *key).bind_text(2, origin);
  auto row = statement->step();
  for (; row && *row; row = statement->step()) {
    revisions.emplace_back(static_cast<std::uint64_t>(statement->integer(0)),
                           static_cast<std::uint64_t>(statement->integer(1)));
  }
  if (!row) return std::move(row).error();
  std::sort(revisions.begin(), revisions.end());
  for (const auto& [rev, position] : revisions) positions.push_back(position);
  return positions;
}

Result<std::uint64_t> find_position(Connection& connection, std::string_view origin) {
  auto statement = connection.prepare("SELECT position FROM logs WHERE origin = ?1");
  if (!statement) return std::move(statement).error();
  statement->bind_text(1, origin);
  auto row = statement->step();
  if (!row) return std::move(row).error();
  return *row ? static_cast<std::uint64_t>(statement->integer(0)) : std::uint64_t{0};
}

}  // namespace dure::node
