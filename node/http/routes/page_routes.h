// SPDX-License-Identifier: Apache-2.0
// The public pages: search, one entry, about this node, the style sheet, and failures as pages for
// browsers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/search_service.h"
#include "formats/quality.h"
#include "http/router.h"
#include "http/routes/fresh_answers.h"
#include "web/pages.h"

namespace dure::node::http {

/// What the pages show. Functions, so that a test can stand in for each.
struct PagePorts {
  NodeCard own;
  const RegionTable* regions = nullptr;  // outlives the router
  std::function<Result<SearchAnswer>(const SearchRequest&)> search;
  std::function<Result<std::vector<CatalogueItem>>(std::string_view id)> claims;
  std::function<Result<RecordView>(std::string_view id, std::string_view origin)> record;
  std::function<std::string(std::string_view origin)> publisher;
  std::function<Result<std::vector<LogView>>()> logs;
  std::function<std::vector<WithheldLog>()> withheld = {};
  std::function<Result<ReferencesAnswer>(const ReferencesRequest&)> references = {};
  AttachmentHref attachment_href = {};
  /// Where citizens tell that an entry of a log is wrong: empty for this node's own form, the
  /// address of another node, or nothing. May be empty.
  std::function<std::optional<std::string>(std::string_view origin)> tell_base = {};
  /// Of a known log. May be empty.
  std::function<Result<QualityTally>(const std::string& origin)> quality = {};
  /// HTML for the head of an entry's page. May be empty.
  std::function<std::string(const Request&, const RecordView&)> entry_head = {};
};

/// The ports of a running node. Everything referred to must outlive them.
PagePorts make_page_ports(SearchService& service, LogReader& logs, PeerBook& peers, NodeCard own,
                          const RegionTable& regions);

///   GET /            q type region sort cursor lang
///   GET /e/{id}      origin lang     200, 300 (several logs claim it), 404, 410 (withdrawn)
///   GET /about       lang
///   GET /style.css, /icon.svg
/// Results and entries' pages are kept as `keep` says: many read one page at a time when it is in
/// the news.
void add_page_routes(Router& router, PagePorts ports, FreshAnswerOptions keep = {});

/// `response` as a page if it is a problem and the client asked for HTML (a browser does, a program
/// does not); else as it is. Status and headers stay.
Response problem_as_page(const Request& request, Response response, const NodeCard& own);

}  // namespace dure::node::http
