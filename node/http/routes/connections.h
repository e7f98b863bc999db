// SPDX-License-Identifier: Apache-2.0
// What an entry's page tells of other entries. Internal to the page routes.
#pragma once

#include <optional>
#include <string_view>

#include "http/routes/page_routes.h"

namespace dure::node::http {

/// Who took over a practice; `answer` is of that practice.
std::optional<AdoptionGraphView> adoption_graph(const PageFrame& frame, const PagePorts& ports,
                                                const ReferencesAnswer& answer);
/// Who did it in the province of `near` (a region code; empty: this node's own), for a practice or
/// a problem.
std::optional<NearbyView> nearby_entries(const PageFrame& frame, const PagePorts& ports,
                                         const ReferencesAnswer& answer, std::string_view near);
/// Entries of the same type that address the same problems, or else share keywords.
SimilarView similar_entries(const PageFrame& frame, const PagePorts& ports,
                            const ReferencesAnswer& answer, std::string_view body);
/// Everything together. An entry can be read without any of it.
ConnectionsView connections(const PageFrame& frame, const PagePorts& ports,
                            const RecordView& record, std::string_view near);

/// The number of inhabitants that a government's own organisation entry tells.
std::optional<std::uint64_t> population_of(const PagePorts& ports, std::string_view origin);

}  // namespace dure::node::http
