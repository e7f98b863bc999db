// SPDX-License-Identifier: Apache-2.0
// Groups of related entries as templates show them. Internal to web/.
#pragma once

#include <vector>

#include "web/page_frame.h"
#include "web/related_view.h"

namespace dure::node {

Data related_entry_data(const PageFrame& frame, const RelatedEntry& entry);
Data related_list(const PageFrame& frame, const std::vector<RelatedEntry>& entries);
/// Sets `related`, `adoptions`, `nearby` and `similar`.
void fill_connections(const PageFrame& frame, const ConnectionsView& view, Data& page);

}  // namespace dure::node
