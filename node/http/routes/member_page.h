// SPDX-License-Identifier: Apache-2.0
// The page of one government. Internal to the page routes.
#pragma once

#include <string_view>

#include "http/routes/page_routes.h"

namespace dure::node::http {

Response member_page(const PageFrame& frame, const PagePorts& ports, std::string_view name);
/// The address of a government's page.
std::string member_href(const PageFrame& frame, std::string_view origin);

/// Towns are alike if the numbers of their inhabitants are in one band and they are governments of
/// one kind (city, county, district, province).
std::size_t population_band(std::uint64_t population);
/// The kind by the last syllable of a name: "시", "군", "구", "도"; empty: another.
std::string area_kind(std::string_view name);

}  // namespace dure::node::http
