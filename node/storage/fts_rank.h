// SPDX-License-Identifier: Apache-2.0
// Ranking: one pass over the hits of a full-text query that counts, scores and keeps the best,
// inside FTS5.
//
// The score is BM25 over weighted fields: a hit counts by its column and by how it was found
// (catalogue/query.h), the sum saturates, and a rare word counts more. FTS5's own bm25() scores
// with one pass more per phrase, reads a row per hit for its length, and cannot keep its statistics
// while entries arrive.
#pragma once

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "catalogue/cursor.h"
#include "catalogue/ports.h"
#include "storage/catalogue_columns.h"
#include "storage/facet_tally.h"

namespace dure::node {

/// The order of results: best score, then newest, then id, then origin.
struct RankedHit {
  double score = 0;
  std::uint32_t modified = 0;
  std::uint64_t id_order = 0;
  std::uint16_t log = 0;
  DocumentNumber document = 0;
};

/// How hits are scored; frozen into the cursor.
struct RankStatistics {
  std::uint64_t documents = 0;
  std::uint64_t total_length = 0;
  std::vector<std::uint64_t>
      word_documents;  // how many documents hold each word; empty: words weigh the same

  double weight(std::size_t word) const;
};

/// What a word of this weight counts towards the floors of `query`.
double floor_weight(const SearchQuery& query, double weight);

class HitCollector {
 public:
  HitCollector(const CatalogueColumns& columns, const SearchQuery& query,
               const RankStatistics& statistics, const std::optional<SearchCursor>& after,
               double floor = 0);

  /// The facts of a document that passes the filters, or all but one; else null.
  const DocumentFacts* considers(DocumentNumber document);
  /// Whether a hit with these weighted counts holds enough of the query.
  bool holds_enough(const std::vector<float>& counts);
  /// Counts the document last considered for the facets. Returns whether it passes all filters.
  bool wants(DocumentNumber document, const DocumentFacts& facts);
  /// Counts a wanted hit and keeps it if it is among the best after the cursor.
  void add(DocumentNumber document, const DocumentFacts& facts, double score);

  bool scores() const { return scores_; }
  bool has_floor() const { return floor_ > 0; }
  /// The floor that the hits so far ask for; if it is another than that of the collection, collect
  /// anew with it.
  double needed_floor() const;
  const std::vector<QueryPhrase>& phrases() const { return query_.phrases; }
  /// The score of weighted counts per word in a document of this length.
  double score(const std::vector<float>& counts, std::uint8_t length_class) const;
  std::size_t words() const { return word_weight_.size(); }
  /// Scratch space for the counts of one hit.
  std::vector<float>& counts() { return counts_; }

  /// Of all hits so far. Zeros unless the query asks for counts.
  FacetCounts facet_counts() const { return tally_.counts(columns_); }

  std::uint64_t matched() const { return matched_; }
  bool more() const { return after_cursor_ > query_.limit; }
  /// The best hits in order. Ends the collection.
  std::vector<RankedHit> take();

 private:
  bool better(const RankedHit& a, const RankedHit& b) const;
  bool follows_cursor(const RankedHit& hit) const;

  const CatalogueColumns& columns_;
  const SearchQuery& query_;
  const std::optional<SearchCursor>& after_;
  FacetFilter filter_;
  FacetTally tally_;
  DocumentNumber as_of_;
  unsigned held_back_ = FacetFilter::kNone;  // the document last considered
  bool scores_;
  const double floor_;    // what the words of a hit must weigh together
  double most_held_ = 0;  // by a hit that passes the filters
  std::vector<double> word_weight_, floor_weight_;
  std::array<float, 256> length_norm_{};
  std::vector<float> counts_;
  std::vector<RankedHit> best_;  // a heap with the worst on top
  std::uint64_t matched_ = 0, after_cursor_ = 0;
};

/// Where the function dure_collect() of a connection finds its collector.
struct CollectSlot {
  HitCollector* collector = nullptr;
};

/// Makes `dure_collect(table)` known: it hands every hit to slot->collector and is never true.
/// `slot` must outlive the connection. Errors: kStorage.
Status register_collector(sqlite3* connection, CollectSlot* slot);

}  // namespace dure::node
