// SPDX-License-Identifier: Apache-2.0
// The regions as a form offers them: provinces as groups with their towns.
#pragma once

#include <vector>

#include "catalogue/regions.h"
#include "web/pages.h"

namespace dure::node::http {

std::vector<OptionGroup> region_options(const RegionTable& regions, Language language);

}  // namespace dure::node::http
