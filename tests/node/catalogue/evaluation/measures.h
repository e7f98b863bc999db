// SPDX-License-Identifier: Apache-2.0
// Recall, precision and nDCG@10 of one answer against graded judgements, and their means.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dure::node {

inline constexpr std::size_t kRankedPlaces = 10;
inline constexpr int kRelevant = 2;  // grades from here on count; grade 1 counts for nothing

/// Document → 3 exactly what is meant, 2 clearly relevant, 1 marginal; not there: not relevant.
using Grades = std::map<std::string, int, std::less<>>;

inline int grade_of(const Grades& grades, std::string_view document) {
  const auto found = grades.find(document);
  return found == grades.end() ? 0 : found->second;
}

/// What one answer is worth. A measure without meaning for the query is empty.
struct Measures {
  std::optional<double> recall, precision, ndcg;
  std::vector<std::string> missed, wrong;
  std::size_t right = 0;

  double shortfall() const {
    return (1 - recall.value_or(1)) + (1 - precision.value_or(1)) + (1 - ndcg.value_or(1));
  }
};

inline double discounted(const std::vector<int>& grades) {
  double sum = 0;
  for (std::size_t i = 0; i < std::min(grades.size(), kRankedPlaces); ++i)
    sum += (std::exp2(grades[i]) - 1) / std::log2(static_cast<double>(i) + 2);
  return sum;
}

inline double ndcg(const Grades& judged, const std::vector<std::string>& hits) {
  std::vector<int> got, best;
  got.reserve(hits.size());
  best.reserve(judged.size());
  for (const auto& hit : hits) got.push_back(grade_of(judged, hit));
  for (const auto& [document, grade] : judged) best.push_back(grade);
  std::sort(best.begin(), best.end(), std::greater<>());
  return discounted(got) / discounted(best);
}

inline Measures measure(const Grades& judged, const std::vector<std::string>& hits) {
  Measures result;
  for (const auto& hit : hits) {
    const int grade = grade_of(judged, hit);
    if (grade >= kRelevant) ++result.right;
    if (grade == 0) result.wrong.push_back(hit);
  }
  std::size_t relevant = 0;
  for (const auto& [document, grade] : judged) {
    if (grade < kRelevant) continue;
    ++relevant;
    if (std::find(hits.begin(), hits.end(), document) == hits.end())
      result.missed.push_back(document);
  }
  const auto share = [](std::size_t part, std::size_t whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
  };
  const std::size_t counted = result.right + result.wrong.size();
  if (relevant == 0) {  // the catalogue has nothing of the kind: an empty answer is the right one
    result.precision = result.wrong.empty() ? 1.0 : 0.0;
    return result;
  }
  if (counted > 0) result.precision = share(result.right, counted);
  result.recall = share(result.right, relevant);
  result.ndcg = ndcg(judged, hits);
  return result;
}

/// Means over queries; a query without a measure is left out of that measure's mean.
class MeanMeasures {
 public:
  void add(const Measures& measures) {
    ++queries_;
    recall_.add(measures.recall);
    precision_.add(measures.precision);
    ndcg_.add(measures.ndcg);
    right_ += measures.right;
    counted_ += measures.right + measures.wrong.size();
  }
  std::size_t queries() const { return queries_; }
  double recall() const { return recall_.value(); }
  double precision() const { return precision_.value(); }
  double ndcg() const { return ndcg_.value(); }
  /// All hits of all queries thrown together: long answers weigh more.
  double pooled_precision() const {
    return counted_ == 0 ? 1 : static_cast<double>(right_) / static_cast<double>(counted_);
  }

 private:
  struct Mean {
    double sum = 0;
    std::size_t count = 0;
    void add(const std::optional<double>& value) {
      if (!value) return;
      sum += *value;
      ++count;
    }
    double value() const { return count == 0 ? 1 : sum / static_cast<double>(count); }
  };
  Mean recall_, precision_, ndcg_;
  std::size_t queries_ = 0, right_ = 0, counted_ = 0;
};

}  // namespace dure::node
