// SPDX-License-Identifier: Apache-2.0
#include "http/routes/region_options.h"

namespace dure::node::http {

// Provinces with their towns, as the form offers them. Only what is valid today.
std::vector<OptionGroup> region_options(const RegionTable& regions, Language language) {
  std::vector<OptionGroup> groups;
  for (const Region& province : regions.all()) {
    if (!province.parent.empty() || !province.valid_to.empty()) continue;
    OptionGroup group{province.name, {}};
    group.options.push_back(
        {province.code, text(language, "pages.search.whole-region", {{"region", province.name}})});
    for (const Region& town : regions.all()) {
      if (town.parent == province.code && town.valid_to.empty())
        group.options.push_back({town.code, town.name});
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace dure::node::http
