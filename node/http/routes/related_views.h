// SPDX-License-Identifier: Apache-2.0
// What the pages show of entries that have to do with one another. Internal to the page routes.
#pragma once

#include <string>
#include <vector>

#include "http/routes/page_routes.h"

namespace dure::node::http {

/// The title that suits the reader.
Text title_for(const CatalogueItem& item, Language language);
/// The address of an entry's page; `origin` only where several logs claim its id.
std::string entry_href(const PageFrame& frame, std::string_view id, std::string_view origin = {});
RelatedEntry related_entry(const PageFrame& frame, const PagePorts& ports,
                           const CatalogueItem& item);
/// What entries of `type` say of the one they name as `kind`, as a heading: "도입한 곳".
std::string reference_heading(std::string_view kind, std::string_view type, Language language);

/// What names the record, by kind of reference and type; a few of each. Adoptions of a practice
/// stand in its graph.
std::vector<RelatedGroup> related_groups(const PageFrame& frame, const PagePorts& ports,
                                         const ReferencesAnswer& answer);

}  // namespace dure::node::http
