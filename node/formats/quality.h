// SPDX-License-Identifier: Apache-2.0
// How well a publisher describes its data, by the method of data.europa.eu (Metadata Quality
// Assessment): which of its 23 metrics each dataset of the catalogue meets.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "formats/entry_rdf.h"

namespace dure::node {

enum class QualityDimension {
  kFindability,
  kAccessibility,
  kInteroperability,
  kReusability,
  kContextuality
};
inline constexpr std::size_t kQualityDimensions = 5, kQualityMetrics = 23;

struct QualityMetric {
  std::string_view name;  // "keyword"
  QualityDimension dimension;
  std::uint64_t weight;  // points that a dataset gets for it
  bool of_distribution;  // else of the dataset itself
  bool in_reach;         // a member of a body decides it; else nobody can raise it
};
/// In the order of the method. Their weights add up to 405.
const std::array<QualityMetric, kQualityMetrics>& quality_metrics();
std::string_view quality_dimension_name(QualityDimension dimension);  // "findability"

/// What somebody who asked an address found; what nobody asked is never guessed.
enum class LinkState { kNotChecked, kAnswers, kDead };
using LinkStates = std::function<LinkState(std::string_view address)>;

/// Of one dataset. A metric is met, not checked, or neither.
struct QualityMarks {
  std::bitset<kQualityMetrics> met, unchecked;
};
/// `links` may be empty. Of several distributions the one with the most points counts, as the
/// method wants it.
QualityMarks judge_dataset(const RdfNode& dataset, const LinkStates& links);

struct QualityCount {
  std::uint64_t met = 0;
  std::uint64_t filled = 0;  // of those met: only by what the catalogue fills in (RdfContext::fill)
  std::uint64_t unchecked = 0;
  std::uint64_t others = 0;  // entries that are no datasets and have it; for those no points exist
};

/// Of all entries of one publisher. Adding never fails and never forgets: order does not matter.
struct QualityTally {
  std::uint64_t datasets = 0, others = 0;
  std::array<QualityCount, kQualityMetrics> counts{};

  void add(const PublishedEntry& entry, RdfContext context, const LinkStates& links);
};

/// In tenths of a point, rounded: of the mean over all datasets.
struct QualityPoints {
  std::uint64_t tenths = 0;
  std::uint64_t unchecked = 0;  // more that there would be if all unchecked addresses answer
};
QualityPoints metric_points(const QualityTally& tally, std::size_t metric);
QualityPoints dimension_points(const QualityTally& tally, QualityDimension dimension);
QualityPoints total_points(const QualityTally& tally);
std::uint64_t most_points(QualityDimension dimension);
inline constexpr std::uint64_t kMostQualityPoints = 405;

/// "excellent" from 351 points, "good" from 221, "sufficient" from 121, else "bad".
std::string_view quality_rating(std::uint64_t tenths);

struct QualityLoss {
  std::size_t metric = 0;
  std::uint64_t tenths = 0;
};
/// What members of bodies could bring, the most first; what is unchecked is no loss.
std::vector<QualityLoss> quality_losses(const QualityTally& tally);

}  // namespace dure::node
