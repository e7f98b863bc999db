// SPDX-License-Identifier: Apache-2.0
#include "web/quality_section.h"

#include <fmt/format.h>

#include <algorithm>

#include "web/wording.h"

namespace dure::node {
namespace {

constexpr std::size_t kAdvised = 3;

/// "251.3"; "250" if there is nothing behind the point.
std::string points_in_words(std::uint64_t tenths) {
  const std::string whole = number_in_words(tenths / 10);
  return tenths % 10 == 0 ? whole : fmt::format("{}.{}", whole, tenths % 10);
}

std::string word(const PageFrame& frame, std::string_view group, std::string_view name) {
  return text(frame.language, fmt::format("pages.quality.{}.{}", group, name));
}

Data verdict(const PageFrame& frame, const QualityView& view) {
  const TextArguments arguments = {{"points", points_in_words(view.tenths)},
                                   {"most", points_in_words(view.tenths + view.unchecked)},
                                   {"maximum", number_in_words(view.maximum)},
                                   {"rating", word(frame, "rating", view.rating)},
                                   {"best", word(frame, "rating", view.rating_at_most)}};
  if (view.unchecked == 0) return say(frame, "pages.quality.verdict", arguments);
  return say(frame,
             view.rating == view.rating_at_most ? "pages.quality.verdict-open"
                                                : "pages.quality.verdict-open-rating",
             arguments);
}

Data dimension_data(const PageFrame& frame, const QualityDimensionView& view) {
  Data data;
  data.set("name", word(frame, "dimension", view.name));
  data.set("points", points_in_words(view.tenths));
  data.set("maximum", number_in_words(view.maximum));
  data.set("open", view.unchecked == 0 ? Data(false) : Data(points_in_words(view.unchecked)));
  return data;
}

Data metric_data(const PageFrame& frame, const QualityView& all, const QualityMetricView& view) {
  Data data;
  data.set("name", word(frame, "metric", view.name));
  data.set("maximum", number_in_words(view.maximum));
  data.set("met",
           say(frame, "pages.quality.of",
               {{"met", number_in_words(view.met)}, {"all", number_in_words(all.datasets)}}));
  data.set("filled", view.filled == 0 ? Data(false)
                                      : say(frame, "pages.quality.filled",
                                            {{"count", number_in_words(view.filled)}}));
  data.set("open", view.unchecked == 0 ? Data(false)
                                       : say(frame, "pages.quality.unchecked",
                                             {{"count", number_in_words(view.unchecked)}}));
  data.set("others", !view.for_others || all.others == 0
                         ? Data(std::string("–"))
                         : say(frame, "pages.quality.of",
                               {{"met", number_in_words(view.others)},
                                {"all", number_in_words(all.others)}}));
  return data;
}

Data advice(const PageFrame& frame, const QualityView& view) {
  Data list{Data::type::list};
  const std::size_t count = std::min(kAdvised, view.raise.size());
  for (std::size_t i = 0; i < count; ++i) {
    Data data;
    data.set("how", word(frame, "raise", view.raise[i].metric));
    data.set("points", say(frame, "pages.quality.points",
                           {{"points", points_in_words(view.raise[i].tenths)}}));
    list.push_back(data);
  }
  return list;
}

}  // namespace

Data quality_data(const PageFrame& frame, const QualityView& view) {
  Data data, dimensions{Data::type::list}, metrics{Data::type::list};
  for (const QualityDimensionView& dimension : view.dimensions) {
    dimensions.push_back(dimension_data(frame, dimension));
    for (const QualityMetricView& metric : dimension.metrics)
      metrics.push_back(metric_data(frame, view, metric));
  }
  const bool scored = view.datasets != 0;
  data.set("scored", scored);
  data.set("none", scored ? Data(false) : say(frame, "pages.quality.none"));
  data.set("verdict", scored ? verdict(frame, view) : Data(false));
  data.set("of_datasets",
           scored ? say(frame, "pages.quality.lead", {{"datasets", number_in_words(view.datasets)}})
                  : Data(false));
  data.set("dimensions", dimensions);
  data.set("total", points_in_words(view.tenths));
  data.set("maximum", number_in_words(view.maximum));
  data.set("total_open", view.unchecked == 0 ? Data(false) : Data(points_in_words(view.unchecked)));
  data.set("has_open", view.unchecked != 0);
  data.set("has_raise", !view.raise.empty());
  data.set("raise", advice(frame, view));
  data.set("metrics", metrics);
  data.set("api_href", view.api_href);
  return data;
}

}  // namespace dure::node
