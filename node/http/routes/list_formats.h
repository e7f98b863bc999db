// SPDX-License-Identifier: Apache-2.0
// Results of a search as a table, a feed or statements.
#pragma once

#include <string>

#include "catalogue/search_service.h"
#include "formats/atom.h"
#include "http/message.h"
#include "http/routes/catalogue_facts.h"
#include "http/routes/negotiation.h"

namespace dure::node::http {

/// `format` is kCsv, kAtom or kJsonLd.
Response search_as(const CatalogueSources& sources, const Request& request,
                   const SearchAnswer& answer, Format format, const std::string& next);

/// HTML for the head of an entry's page: where it is at home, and what search engines read of it.
std::string head_of_entry(const CatalogueSources& sources, const Request& request,
                          const RecordView& view);

/// The address of this request, as feeds name themselves.
std::string self_address(const CatalogueFactsBook& book, const Request& request);
AtomEntry atom_entry(const CatalogueFactsBook& book, const CatalogueItem& item);

}  // namespace dure::node::http
