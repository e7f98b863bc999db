// SPDX-License-Identifier: Apache-2.0
#include "http/routes/quality_routes.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "http/routes/api_answer.h"
#include "http/routes/api_parameters.h"
#include "http/routes/problems.h"

namespace dure::node::http {
namespace {

using Json = nlohmann::ordered_json;

double points(std::uint64_t tenths) { return static_cast<double>(tenths) / 10.0; }

Json metric_json(const QualityTally& tally, std::size_t index) {
  const QualityMetric& metric = quality_metrics()[index];
  const QualityCount& count = tally.counts[index];
  Json json = {{"name", metric.name}, {"maximum", metric.weight}};
  if (tally.datasets != 0) json["points"] = points(metric_points(tally, index).tenths);
  json["met"] = count.met;
  json["filledIn"] = count.filled;
  json["notChecked"] = count.unchecked;
  if (!metric.of_distribution) json["others"] = count.others;
  return json;
}

Json dimension_json(const QualityTally& tally, QualityDimension dimension) {
  Json json = {{"name", quality_dimension_name(dimension)}, {"maximum", most_points(dimension)}};
  if (tally.datasets != 0) {
    const QualityPoints mean = dimension_points(tally, dimension);
    json["points"] = points(mean.tenths);
    json["notChecked"] = points(mean.unchecked);
  }
  Json metrics = Json::array();
  for (std::size_t i = 0; i < kQualityMetrics; ++i) {
    if (quality_metrics()[i].dimension == dimension) metrics.push_back(metric_json(tally, i));
  }
  json["metrics"] = std::move(metrics);
  return json;
}

Json report_json(const QualityTally& tally) {
  Json json = {{"method", "https://data.europa.eu/mqa/methodology"},
               {"datasets", tally.datasets},
               {"others", tally.others},
               {"maximum", kMostQualityPoints}};
  if (tally.datasets != 0) {
    const QualityPoints total = total_points(tally);
    json["points"] = points(total.tenths);
    json["notChecked"] = points(total.unchecked);
    json["rating"] = quality_rating(total.tenths);
    json["ratingAtMost"] = quality_rating(total.tenths + total.unchecked);
  }
  Json dimensions = Json::array(), raise = Json::array();
  for (std::size_t i = 0; i < kQualityDimensions; ++i)
    dimensions.push_back(dimension_json(tally, static_cast<QualityDimension>(i)));
  for (const QualityLoss& loss : quality_losses(tally))
    raise.push_back(
        {{"metric", quality_metrics()[loss.metric].name}, {"points", points(loss.tenths)}});
  json["dimensions"] = std::move(dimensions);
  json["raise"] = std::move(raise);
  return json;
}

Response quality(const QualityPorts& ports, const Request& request, std::string_view hash) {
  ParameterFaults faults;
  check_names(request, {}, faults);
  if (!faults.none()) return faults.answer();
  const auto origin = ports.origin_of(hash);
  if (!origin) return open_to_all(problem_of(origin.error()));
  const auto tally = ports.report(*origin);
  if (!tally) return api_failure(tally.error());
  Json json = {{"origin", *origin}, {"publisher", ports.publisher(*origin)}};
  json.update(report_json(*tally));
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
  std::string tag = content_tag(text);
  return api_answer("application/json", std::move(text), std::move(tag));
}

}  // namespace

void add_quality_routes(Router& router, QualityPorts ports) {
  const auto shared = std::make_shared<const QualityPorts>(std::move(ports));
  router.add("GET", "/api/v1/members/{hash}/quality",
             [shared](const Request& request, const PathArguments& arguments) {
               return quality(*shared, request, arguments.at(0));
             });
}

}  // namespace dure::node::http
