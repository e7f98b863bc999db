// SPDX-License-Identifier: Apache-2.0
// The metadata quality of one government's data, as its page shows it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dure::node {

/// Points are in tenths.
struct QualityMetricView {
  std::string name;  // "keyword"
  std::uint64_t maximum = 0, met = 0, filled = 0, unchecked = 0;
  bool for_others = false;  // entries that are no datasets can have it too
  std::uint64_t others = 0;
};

struct QualityDimensionView {
  std::string name;  // "findability"
  std::uint64_t maximum = 0, tenths = 0, unchecked = 0;
  std::vector<QualityMetricView> metrics;
};

struct QualityView {
  std::uint64_t datasets = 0, others = 0;
  std::uint64_t maximum = 0, tenths = 0, unchecked = 0;
  std::string rating, rating_at_most;  // "good"
  std::vector<QualityDimensionView> dimensions;
  struct Raise {
    std::string metric;
    std::uint64_t tenths = 0;
  };
  std::vector<Raise> raise;  // the most first
  std::string api_href;
};

}  // namespace dure::node
