// SPDX-License-Identifier: Apache-2.0
// What the catalogue needs: entries to fold, and a searchable store that can always be dropped and
// rebuilt.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dure/result.h"

namespace dure::node {

/// The latest state of one record, as the catalogue holds it.
struct CatalogueItem {
  std::string origin;
  std::string id;
  std::uint64_t rev = 0;
  std::uint64_t index = 0;  // log position of that revision
  std::string type;         // "withdraw" once withdrawn
  bool withdrawn = false;
  std::string region;    // 5-digit code
  std::string modified;  // publisher's date, RFC 3339 date or date-time
  std::string title, title_en, summary;
  std::uint64_t adopters = 0;  // of a practice: how many other governments took it over
  // Told by find() only.
  std::string line = {};    // name of the logs that go on in one another, `origin` among them
  bool superseded = false;  // a log that continues `origin` has the record; a search shows that one
};

/// `origin` and the logs that it goes on in, or that go on in it, have one `line`.
struct LogLine {
  std::string origin;
  std::string line;
};

/// An entry that another one names, known here or not.
struct EntryReference {
  std::string kind;  // the member that names it: "addresses", "practice" (references.h)
  std::string origin, id;
  friend bool operator==(const EntryReference&, const EntryReference&) = default;
};

/// A record's change, folded from one entry.
struct CatalogueChange {
  CatalogueItem item;
  std::string keywords, body;  // further search text; title and summary come from the item
  std::vector<std::string> more_regions;        // 5-digit codes beyond item.region
  std::uint64_t facets = 0;                     // bits (facets.h)
  std::uint32_t review_due = 0;                 // days since 1970; 0: none is promised
  std::vector<EntryReference> references = {};  // in their order in the entry
};

/// What one phrase of a match expression is worth to the rank.
struct QueryPhrase {
  std::uint8_t word = 0;  // which word of the query it stands for
  float weight = 1;       // as typed and at the start of a word: 1
};

/// Words of a query after normalisation; made by parse_query (query.h), independent of the store.
struct SearchQuery {
  std::string match;                      // FTS5 expression, empty: no words, list everything
  std::vector<std::string> words;         // the expression of each word; match joins them
  std::vector<QueryPhrase> phrases;       // of match, in order; empty: all count the same
  std::vector<std::string> terms;         // folded texts to mark in snippets
  std::string type, region, origin;       // empty: any; a region finds what lies within it
  std::vector<std::string> more_regions;  // other codes of the same region
  std::string hidden_type;                // left out, and still counted
  std::vector<std::uint64_t> facets;      // one bit of each must be there
  std::uint32_t overdue_on = 0;           // days since 1970: a review due before is overdue
  bool only_overdue = false;
  std::string problem, problem_member;  // id, and origin without generation: what addresses it
  std::uint64_t adopted = 0;            // by so many other governments at least
  bool count_facets = false;
  // Shares of what the words weigh that a hit must hold: of what the best hit holds; of all words,
  // those that are not common weighing alike. One of them, or none.
  double floor_of_best = 0, floor_of_all = 0;
  std::size_t limit = 20;
  std::string cursor;         // opaque, from an earlier page
  bool newest_first = false;  // sort by modified instead of rank
  bool by_adoption = false;   // sort by adopters instead; equal ones by modified
};

struct SearchHit {
  CatalogueItem item;
  double score = 0;
  std::string snippet;  // plain text with U+E000 / U+E001 around hits
};

/// What "adopted by at least n" is offered for.
inline constexpr std::array<std::uint64_t, 4> kAdoptionSteps = {1, 2, 3, 5};

/// How many results address an urban problem.
struct ProblemCount {
  std::string member, id;  // as SearchQuery::problem_member and problem
  std::uint64_t count = 0;
};
inline constexpr std::size_t kMaxProblemCounts = 50;

/// How many results each value has. A group that the search narrows by is counted as if it did not,
/// so that its other values can be chosen too.
struct FacetCounts {
  std::array<std::uint64_t, 64> bits{};
  std::map<std::string, std::uint64_t, std::less<>> types;
  std::map<std::uint32_t, std::uint64_t> regions;  // five digits
  std::uint64_t overdue = 0;                       // on the day asked for
  std::array<std::uint64_t, kAdoptionSteps.size()> adopted{};
  std::vector<ProblemCount> problems;  // the most frequent, and the one that is searched for
};

struct SearchPage {
  std::vector<SearchHit> hits;
  std::uint64_t matched = 0;  // after filters
  std::uint64_t total = 0;    // records in the catalogue, withdrawn ones not counted
  std::string next_cursor;    // empty on the last page
  std::uint64_t as_of = 0;    // records folded when the first page was made
  std::optional<FacetCounts> facets;
};

/// A word of titles and keywords, and how many documents have it there.
struct KnownWord {
  std::string word;
  std::uint64_t documents = 0;
};

/// A log whose newer entries are not shown, because it told two histories.
struct WithheldLog {
  std::string origin;
  std::uint64_t from = 0;  // the first entry that is not shown
  std::string proof;       // name of the fork proof
};

/// Which records name one record. A log of a later generation goes on with a record, so the target
/// is a record of a member.
struct ReferenceQuery {
  std::string member;      // origin of the target without its generation
  std::string id;          // of the target
  std::string kind, type;  // of the reference, of what refers; empty: any
  std::size_t limit = 20;
  std::string cursor;  // opaque, from an earlier page
};

struct ReferringRecord {
  std::string kind;
  CatalogueItem item;
};

struct ReferenceCount {
  std::string kind, type;
  std::uint64_t count = 0;
};

/// By kind, type of what refers, and the latest folded first. Withdrawn, erased and superseded
/// records refer to nothing.
struct ReferencePage {
  std::vector<ReferringRecord> records;
  std::vector<ReferenceCount> counts;  // of all of them, whatever kind and type are asked for
  std::string next_cursor;             // empty on the last page
};

/// Names one state of the catalogue's file. A file made anew has another epoch, an older copy of
/// this one a lower version.
struct CatalogueMark {
  std::uint64_t epoch = 0, version = 0;
};

/// Which shown records a list holds: in the order of their ids, which no new revision changes, so
/// that one that goes on page after page meets each record once.
struct ListQuery {
  std::string origin;                  // empty: of every log
  std::string after_id, after_origin;  // the last one that was listed; empty: from the beginning
  std::size_t limit = 500;
};

struct ItemList {
  std::vector<CatalogueItem> items;
  bool more = false;
};

/// Newest revisions, withdrawals among them, in the order in which this catalogue folded them.
struct ChangeList {
  struct Change {
    std::uint64_t number = 0;  // grows; of one epoch
    CatalogueItem item;
  };
  std::vector<Change> changes;
  bool more = false;
  std::uint64_t epoch = 0;   // another one: numbers start again, or records went or came back
  std::uint64_t newest = 0;  // number of the newest change there is
};

/// Threads: search, find, list, changes, erase and sweep any; apply, forget, clear and tidy one
/// caller.
class CatalogueStore {
 public:
  virtual ~CatalogueStore() = default;
  /// The first entry of `origin` not folded yet.
  virtual Result<std::uint64_t> position(std::string_view origin) = 0;
  /// Folds changes and moves positions, all or nothing. An older revision of a record is ignored;
  /// of two equal ones the first in the log counts, so that the order of arrival never matters.
  virtual Status apply(std::span<const CatalogueChange> changes,
                       std::span<const std::pair<std::string, std::uint64_t>> positions) = 0;
  /// Errors: kInvalid (bad cursor, bad match expression).
  virtual Result<SearchPage> search(const SearchQuery& query) = 0;
  /// How many documents hold a word of a query (SearchQuery::words). Errors: as search().
  virtual Result<std::uint64_t> count(const std::string& word) {
    (void)word;
    return std::uint64_t{0};
  }
  /// In how many documents' titles or keywords this folded word stands.
  virtual Result<std::uint64_t> documents_with(std::string_view word) {
    (void)word;
    return std::uint64_t{0};
  }
  /// Words of titles and keywords within spelling_limit() (spelling.h) of a folded word. Shape:
  /// sorted; of very many only some, always the same of one state.
  virtual Result<std::vector<KnownWord>> spelled_like(std::string_view word) {
    (void)word;
    return std::vector<KnownWord>();
  }
  /// Says to which line each of these logs belongs; without it, a log is a line of its own. Of one
  /// id in several logs of a line, that of the newest generation counts, in whatever order they
  /// come. Cheap if nothing changes.
  virtual Status set_lines(std::span<const LogLine> lines) {
    (void)lines;
    return Error{ErrorCode::kUnsupported, "this catalogue knows no lines"};
  }
  /// Every record with this id (normally one; more if several logs have it), withdrawn and
  /// superseded ones included.
  virtual Result<std::vector<CatalogueItem>> find(std::string_view id) = 0;
  /// Errors: kInvalid (not an id).
  virtual Result<ItemList> list(const ListQuery& query) {
    (void)query;
    return Error{ErrorCode::kUnsupported, "this catalogue cannot be listed"};
  }
  /// Changes numbered above `after`.
  virtual Result<ChangeList> changes(std::uint64_t after, std::size_t limit) {
    (void)after, (void)limit;
    return Error{ErrorCode::kUnsupported, "this catalogue cannot tell its changes"};
  }
  /// Log positions of all revisions of (origin, id), oldest first.
  virtual Result<std::vector<std::uint64_t>> history(std::string_view origin,
                                                     std::string_view id) = 0;
  /// What a record names, in the order of its entry; nothing if it is not there or not shown.
  virtual Result<std::vector<EntryReference>> references(std::string_view origin,
                                                         std::string_view id) {
    (void)origin, (void)id;
    return Error{ErrorCode::kUnsupported, "this catalogue keeps no references"};
  }
  /// What names a record, also one that is not there. Errors: kInvalid (cursor).
  virtual Result<ReferencePage> referring(const ReferenceQuery& query) {
    (void)query;
    return Error{ErrorCode::kUnsupported, "this catalogue keeps no references"};
  }
  /// Counts every applied batch; changes whenever a search could answer otherwise.
  virtual std::uint64_t version() = 0;
  /// Forgets one log, its position included, so that it is folded again from its beginning.
  virtual Status forget(std::string_view origin) {
    (void)origin;
    return Error{ErrorCode::kUnsupported, "this catalogue cannot forget a log"};
  }
  /// Forgets everything, positions included, so that all logs are folded again.
  virtual Status clear() {
    return Error{ErrorCode::kUnsupported, "this catalogue cannot be cleared"};
  }
  /// Puts `tombstones` (withdrawn items) in the place of the entries with their origins, revisions
  /// and positions, and never takes in a text of these entries again while it is open.
  virtual Status erase(std::span<const CatalogueChange> tombstones) {
    (void)tombstones;
    return Error{ErrorCode::kUnsupported, "nothing can be erased from this catalogue"};
  }
  /// Leaves no trace in the files of what is not shown any more. Errors: also kUnavailable (a long
  /// read is under way; try again).
  virtual Status sweep() {
    return Error{ErrorCode::kUnsupported, "this catalogue cannot be swept"};
  }
  virtual Result<CatalogueMark> mark() {
    return Error{ErrorCode::kUnsupported, "this catalogue has no file"};
  }
  /// One short step of housekeeping for idle times. Returns whether there is more to do.
  virtual Result<bool> tidy() { return false; }
};

}  // namespace dure::node
