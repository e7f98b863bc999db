// SPDX-License-Identifier: Apache-2.0
// The graph of a practice's adoptions as templates show it. Internal to web/.
#pragma once

#include "web/adoption_graph.h"
#include "web/page_frame.h"

namespace dure::node {

/// False if nobody adopted it.
Data adoption_graph_data(const PageFrame& frame, const AdoptionGraphView& view);

}  // namespace dure::node
