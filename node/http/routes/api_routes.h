// SPDX-License-Identifier: Apache-2.0
// The public catalogue API: /api/v1/entries and below.
#pragma once

#include <functional>

#include "catalogue/search_service.h"
#include "http/router.h"
#include "http/routes/fresh_answers.h"
#include "http/routes/negotiation.h"

namespace dure::node::http {

/// Whether this node serves the attachment.
using AttachmentHeld = std::function<bool(const Hash& commitment)>;

/// A record in a format other than JSON.
using RecordWriter = std::function<Response(const Request&, const RecordView&, Format)>;

/// A page of results; `next` is the address of the page after it, or empty.
using SearchWriter =
    std::function<Response(const Request&, const SearchAnswer&, Format, const std::string& next)>;

/// In which other formats the API answers. Empty ones: in none.
struct ApiFormats {
  RecordWriter record;  // kJsonLd, kTurtle
  SearchWriter search;  // kCsv, kAtom, kJsonLd
};

/// Adds the routes of the public API. `service` must outlive the router. Answers about one record
/// are kept as `keep` says; without a version they are made anew each time. Threads: handlers run
/// on any.
///
///   GET /api/v1/entries               q type region origin sort limit cursor exact
///                                     format, facets
///                                     (facet_parameters.h). Answers `corrected` (words that find
///                                     nothing, and what was searched instead), `places` (codes of
///                                     regions that words name) and `relaxed` (most words are
///                                     enough); never with exact=true
///   GET /api/v1/entries/{id}          rev origin format (json, jsonld, ttl)
///   GET /api/v1/entries/{id}/history  origin
///   GET /api/v1/entries/{id}/proof    rev origin   text/plain, C2SP tlog-proof
///   GET /api/v1/entries/{id}/body     rev origin   the exact published bytes
void add_api_routes(Router& router, SearchService& service, FreshAnswerOptions keep = {},
                    AttachmentHeld held = {}, ApiFormats formats = {});

}  // namespace dure::node::http
