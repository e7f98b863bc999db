// SPDX-License-Identifier: Apache-2.0
// Internal to the page routes: counts of metadata quality as the page shows them.
#pragma once

#include <string_view>

#include "formats/quality.h"
#include "web/quality_view.h"

namespace dure::node::http {

QualityView quality_view(const QualityTally& tally, std::string_view origin);

}  // namespace dure::node::http
