// SPDX-License-Identifier: Apache-2.0
#include "storage/fts_rank.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "storage/fts_tokenizer.h"
#include "storage/sqlite.h"

namespace dure::node {
namespace {

// title, keywords, summary, body
constexpr std::array<float, 4> kColumnWeight = {10, 6, 4, 1};
constexpr double kSaturation =
    6;  // of a weighted count; BM25's k1, larger because a title hit counts ten
constexpr double kLengthShare =
    0.4;  // BM25's b, smaller because length says little of short catalogue texts

// Of a sentence the rare words are those that the entries say otherwise, so above this (a word in a
// seventh of them) words weigh alike when most of them are enough.
constexpr double kEven = 2;
constexpr double kRounding = 1e-9;  // of sums of weights in another order

double inverse_frequency(double documents, double with_word) {
  return std::log(1 + (std::max(documents - with_word, 0.0) + 0.5) / (with_word + 0.5));
}

/// Weighted counts of one hit per word of the query.
void count_phrases(const Fts5ExtensionApi* api, Fts5Context* context, HitCollector& collector) {
  auto& counts = collector.counts();
  std::fill(counts.begin(), counts.end(), 0.0F);
  const auto& phrases = collector.phrases();
  const int phrase_count = api->xPhraseCount(context);
  for (int i = 0; i < phrase_count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const QueryPhrase phrase = at < phrases.size() ? phrases[at] : QueryPhrase{};
    Fts5PhraseIter position{};
    int column = -1;
    int offset = -1;
    if (api->xPhraseFirst(context, i, &position, &column, &offset) != SQLITE_OK) continue;
    float sum = 0;
    for (; column >= 0; api->xPhraseNext(context, &position, &column, &offset)) {
      if (static_cast<std::size_t>(column) < kColumnWeight.size())
        sum += kColumnWeight[static_cast<std::size_t>(column)];
    }
    if (phrase.word < counts.size()) counts[phrase.word] += sum * phrase.weight;
  }
}

void collect(const Fts5ExtensionApi* api, Fts5Context* context, sqlite3_context* result,
             int /*argument_count*/, sqlite3_value** /*arguments*/) {
  sqlite3_result_int(result, 0);
  HitCollector* collector = static_cast<CollectSlot*>(api->xUserData(context))->collector;
  if (collector == nullptr) return;
  const auto document = static_cast<DocumentNumber>(api->xRowid(context));
  const DocumentFacts* facts = collector->considers(document);
  if (facts == nullptr) return;
  if (collector->has_floor()) {
    count_phrases(api, context, *collector);
    if (!collector->holds_enough(collector->counts())) return;
  }
  if (!collector->wants(document, *facts)) return;
  double score = 0;
  if (collector->scores()) {
    if (!collector->has_floor()) count_phrases(api, context, *collector);
    score = collector->score(collector->counts(), facts->length);
  }
  collector->add(document, *facts, score);
}

}  // namespace

HitCollector::HitCollector(const CatalogueColumns& columns, const SearchQuery& query,
                           const RankStatistics& statistics,
                           const std::optional<SearchCursor>& after, double floor)
    : columns_(columns),
      query_(query),
      after_(after),
      filter_(columns, query),
      tally_(columns, filter_, query.count_facets),
      // After a rebuild the numbers mean other documents; the order alone leads on then.
      as_of_(after && after->epoch == columns.epoch ? after->as_of
                                                    : std::numeric_limits<DocumentNumber>::max()),
      scores_(!query.newest_first && !query.by_adoption && !query.match.empty()),
      floor_(floor) {
  const auto documents = static_cast<double>(statistics.documents);
  for (std::size_t i = 0; i < std::max<std::size_t>(query.words.size(), 1); ++i)
    word_weight_.push_back(statistics.weight(i));
  for (const double weight : word_weight_) floor_weight_.push_back(floor_weight(query, weight));
  counts_.resize(word_weight_.size());
  const double average =
      std::max(1.0, static_cast<double>(statistics.total_length) / std::max(1.0, documents));
  for (std::size_t i = 0; i < length_norm_.size(); ++i) {
    const double share = class_length(static_cast<std::uint8_t>(i)) / average;
    length_norm_[i] = static_cast<float>(kSaturation * (1 - kLengthShare + kLengthShare * share));
  }
  best_.reserve(query.limit + 1);
}

double RankStatistics::weight(std::size_t word) const {
  if (word >= word_documents.size()) return 1;
  return inverse_frequency(static_cast<double>(documents),
                           static_cast<double>(word_documents[word]));
}

double floor_weight(const SearchQuery& query, double weight) {
  return query.floor_of_all > 0 ? std::min(weight, kEven) : weight;
}

const DocumentFacts* HitCollector::considers(DocumentNumber document) {
  if (document > as_of_) return nullptr;
  const DocumentFacts* facts = columns_.find(document);
  if (facts == nullptr) return nullptr;
  held_back_ = filter_.holds_back(columns_, document, *facts);
  return held_back_ == FacetFilter::kSeveral ? nullptr : facts;
}

bool HitCollector::holds_enough(const std::vector<float>& counts) {
  double held = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) held += counts[i] > 0 ? floor_weight_[i] : 0;
  if (held_back_ == FacetFilter::kNone) most_held_ = std::max(most_held_, held);
  return held >= floor_ * (1 - kRounding);
}

double HitCollector::needed_floor() const {
  double whole = 0;
  for (const double weight : floor_weight_) whole += weight;
  return std::max(query_.floor_of_best * most_held_, query_.floor_of_all * whole);
}

bool HitCollector::wants(DocumentNumber document, const DocumentFacts& facts) {
  tally_.add(columns_, document, facts, held_back_);
  return held_back_ == FacetFilter::kNone;
}

double HitCollector::score(const std::vector<float>& counts, std::uint8_t length_class) const {
  const float norm = length_norm_[length_class];
  double sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    sum += word_weight_[i] * static_cast<double>(counts[i] / (counts[i] + norm));
  }
  return sum;
}

bool HitCollector::better(const RankedHit& a, const RankedHit& b) const {
  if (a.score != b.score) return a.score > b.score;
  if (a.modified != b.modified) return a.modified > b.modified;
  if (a.id_order != b.id_order) return a.id_order < b.id_order;
  if (a.log != b.log) return columns_.origin(a.log) < columns_.origin(b.log);
  return a.document < b.document;
}

bool HitCollector::follows_cursor(const RankedHit& hit) const {
  if (!after_) return true;
  if (hit.score != after_->score) return hit.score < after_->score;
  if (hit.modified != after_->modified) return hit.modified < after_->modified;
  if (hit.id_order != after_->id_order) return hit.id_order > after_->id_order;
  return columns_.origin(hit.log) > after_->origin;
}

void HitCollector::add(DocumentNumber document, const DocumentFacts& facts, double score) {
  ++matched_;
  if (query_.by_adoption) score = facts.adopters;
  const RankedHit hit{score, facts.modified, facts.order(), facts.log, document};
  if (!follows_cursor(hit)) return;
  ++after_cursor_;
  const auto worse_on_top = [this](const RankedHit& a, const RankedHit& b) { return better(a, b); };
  if (best_.size() == query_.limit) {
    if (!better(hit, best_.front())) return;
    std::pop_heap(best_.begin(), best_.end(), worse_on_top);
    best_.pop_back();
  }
  best_.push_back(hit);
  std::push_heap(best_.begin(), best_.end(), worse_on_top);
}

std::vector<RankedHit> HitCollector::take() {
  std::sort(best_.begin(), best_.end(),
            [this](const RankedHit& a, const RankedHit& b) { return better(a, b); });
  return std::move(best_);
}

Status register_collector(sqlite3* connection, CollectSlot* slot) {
  fts5_api* api = fts5_interface(connection);
  if (api == nullptr)
    return Error{ErrorCode::kStorage, "this SQLite has no full-text search (FTS5)"};
  const int code = api->xCreateFunction(api, "dure_collect", slot, collect, nullptr);
  if (code != SQLITE_OK) return sqlite_error(connection, code, "catalogue");
  return ok();
}

}  // namespace dure::node
