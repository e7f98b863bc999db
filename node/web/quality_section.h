// SPDX-License-Identifier: Apache-2.0
// Internal to web/: the part of a government's page about its metadata.
#pragma once

#include "web/page_frame.h"
#include "web/quality_view.h"

namespace dure::node {

/// What `{{#quality}}` of member.html is filled with.
Data quality_data(const PageFrame& frame, const QualityView& view);

}  // namespace dure::node
