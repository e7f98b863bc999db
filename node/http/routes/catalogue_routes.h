// SPDX-License-Identifier: Apache-2.0
// The whole catalogue for machines: DCAT-AP 3.0.1 and CPSV-AP 3.2.0.
#pragma once

#include <string>

#include "catalogue/search_service.h"
#include "http/router.h"
#include "http/routes/catalogue_facts.h"
#include "http/routes/fresh_answers.h"
#include "http/routes/negotiation.h"

namespace dure::node::http {

/// Registers
///   GET /catalog   format (jsonld, ttl) limit cursor
/// in pages that link to the next one (Link, hydra:next). Answers are kept as `keep` says.
void add_catalogue_routes(Router& router, CatalogueSources sources, FreshAnswerOptions keep = {});

/// One record as a document; `format` is kJsonLd or kTurtle.
Response record_as_rdf(const CatalogueSources& sources, const Request& request,
                       const RecordView& view, Format format);

/// Where the next part of a list begins, as one word; and back. An empty word is the beginning.
std::string place_word(std::string_view id, std::string_view origin);
bool parse_place(std::string_view word, std::string& id, std::string& origin);

}  // namespace dure::node::http
