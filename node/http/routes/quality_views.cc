// SPDX-License-Identifier: Apache-2.0
#include "http/routes/quality_views.h"

#include <fmt/format.h>

#include "dure/checkpoint.h"

namespace dure::node::http {
namespace {

QualityMetricView metric_view(const QualityTally& tally, std::size_t index) {
  const QualityMetric& metric = quality_metrics()[index];
  const QualityCount& count = tally.counts[index];
  return {std::string(metric.name), metric.weight,           count.met,   count.filled,
          count.unchecked,          !metric.of_distribution, count.others};
}

QualityDimensionView dimension_view(const QualityTally& tally, QualityDimension dimension) {
  const QualityPoints points = dimension_points(tally, dimension);
  QualityDimensionView view;
  view.name = quality_dimension_name(dimension);
  view.maximum = most_points(dimension);
  view.tenths = points.tenths;
  view.unchecked = points.unchecked;
  for (std::size_t i = 0; i < kQualityMetrics; ++i) {
    if (quality_metrics()[i].dimension == dimension) view.metrics.push_back(metric_view(tally, i));
  }
  return view;
}

}  // namespace

QualityView quality_view(const QualityTally& tally, std::string_view origin) {
  const QualityPoints points = total_points(tally);
  QualityView view;
  view.datasets = tally.datasets;
  view.others = tally.others;
  view.maximum = kMostQualityPoints;
  view.tenths = points.tenths;
  view.unchecked = points.unchecked;
  view.rating = quality_rating(points.tenths);
  view.rating_at_most = quality_rating(points.tenths + points.unchecked);
  for (std::size_t i = 0; i < kQualityDimensions; ++i)
    view.dimensions.push_back(dimension_view(tally, static_cast<QualityDimension>(i)));
  for (const QualityLoss& loss : quality_losses(tally))
    view.raise.push_back({std::string(quality_metrics()[loss.metric].name), loss.tenths});
  view.api_href = fmt::format("/api/v1/members/{}/quality", origin_hash(origin));
  return view;
}

}  // namespace dure::node::http
