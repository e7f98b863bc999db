// SPDX-License-Identifier: Apache-2.0
#include "http/routes/page_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "catalogue/references.h"
#include "dure/erasure.h"
#include "dure/key.h"
#include "http/routes/compare_pages.h"
#include "http/routes/connections.h"
#include "http/routes/facet_parameters.h"
#include "http/routes/home_pages.h"
#include "http/routes/member_page.h"
#include "http/routes/page_response.h"
#include "http/routes/problems.h"
#include "http/routes/region_options.h"
#include "http/routes/related_pages.h"
#include "http/routes/related_views.h"

namespace dure::node::http {
namespace {

std::string parameter(const Request& request, std::string_view name) {
  return std::string(request.parameter(name).value_or(""));
}

// Region names exist in Korean only; an unknown code gives an empty text.
RegionName region_names(const RegionTable& regions) {
  return [&regions](std::string_view code, Language) { return regions.full_name(code); };
}

ResultView result_view(const PagePorts& ports, const SearchHit& hit, Language language) {
  const CatalogueItem& item = hit.item;
  ResultView view;
  view.id = item.id;
  view.type = item.type;
  const bool english = language == Language::kEn && !item.title_en.empty();
  view.title = english || item.title.empty() ? item.title_en : item.title;
  if (language == Language::kEn && !english) view.title_language = "ko";
  view.snippet = hit.snippet;
  view.publisher = ports.publisher(item.origin);
  const std::string region = ports.regions->full_name(item.region);
  if (region != view.publisher) view.region = region;
  view.modified = item.modified;
  return view;
}

class Pages {
 public:
  explicit Pages(PagePorts ports)
      : ports_(std::move(ports)),
        korean_regions_(region_options(*ports_.regions, Language::kKo)),
        english_regions_(region_options(*ports_.regions, Language::kEn)) {}

  Response search(const Request& request) const;
  Response entry(const Request& request, std::string_view id) const;
  Response about(const Request& request) const;

 private:
  Response show(const PageFrame& frame, const RecordView& record, bool several_origins,
                std::string_view near) const;
  Response choose(const PageFrame& frame, std::string_view id) const;
  ProvenanceView provenance(const PageFrame& frame, const RecordView& record,
                            bool several_origins) const;
  RecordLookup records(const PageFrame& frame) const;
  std::string problem_title(const SearchRequest& asked, Language language) const;
  std::vector<WithheldView> withheld(std::string_view origin = {}) const;
  Response maybe_withheld(const PageFrame& frame) const;

  PagePorts ports_;
  std::vector<OptionGroup> korean_regions_, english_regions_;
};

Response Pages::search(const Request& request) const {
  const PageFrame frame = page_frame(request, ports_.own);
  if (asks_for_home(request)) return home_page(frame, ports_, withheld());
  SearchRequest asked;
  asked.words = parameter(request, "q");
  asked.type = parameter(request, "type");
  asked.region = parameter(request, "region");
  asked.origin = parameter(request, "origin");
  asked.cursor = parameter(request, "cursor");
  asked.newest_first = parameter(request, "sort") == "modified";
  asked.exact = parameter(request, "exact") == "true";
  asked.by_adoption = parameter(request, "sort") == "adoption";

  ParameterFaults ignored;  // an old or mistyped link still shows something
  read_facets(request, asked, ignored);
  asked.count_facets = true;

  SearchView view;
  view.query = asked.words;
  view.type = asked.type;
  view.region = asked.region;
  view.origin = asked.origin;
  if (!asked.origin.empty()) view.publisher = ports_.publisher(asked.origin);
  view.newest_first = asked.newest_first;
  view.exact = asked.exact;
  view.by_adoption = asked.by_adoption;
  view.later_page = !asked.cursor.empty();
  view.withheld = withheld();
  view.regions = frame.language == Language::kKo ? korean_regions_ : english_regions_;

  auto answer = ports_.search(asked);
  if (!answer) {
    const int status = status_of(answer.error().code);
    if (status >= 500) return message_page(frame, status);
    view.error = text(frame.language, "pages.error.400.title");
    return page_response(400, render_search(frame, view));
  }
  view.matched = answer->page.matched;
  if (answer->page.facets)
    view.facets = facet_views(*answer, asked, frame.language, problem_title(asked, frame.language));
  view.total = answer->page.total;
  view.relaxed = answer->relaxed;
  for (const CorrectedWord& word : answer->corrected)
    view.corrected.emplace_back(word.typed, word.meant);
  for (const std::string& code : answer->places)
    view.places.push_back(ports_.regions->full_name(code));
  view.next_cursor = answer->page.next_cursor;
  view.indexed = answer->progress.indexed;
  view.stored = answer->progress.stored;
  for (const SearchHit& hit : answer->page.hits)
    view.results.push_back(result_view(ports_, hit, frame.language));
  return page_response(200, render_search(frame, view));
}

/// Of one log, or of all.
std::vector<WithheldView> Pages::withheld(std::string_view origin) const {
  std::vector<WithheldView> views;
  if (!ports_.withheld) return views;
  for (const WithheldLog& log : ports_.withheld()) {
    if (!origin.empty() && log.origin != origin) continue;
    views.push_back({ports_.publisher(log.origin), log.from, "/federation/forks/" + log.proof});
  }
  return views;
}

ProvenanceView Pages::provenance(const PageFrame& frame, const RecordView& record,
                                 bool several_origins) const {
  ProvenanceView from;
  from.publisher = record.publisher;
  from.origin = record.item.origin;
  from.time = record.leaf.time;
  from.id = record.item.id;
  from.index = record.index;
  from.rev = record.leaf.rev;
  from.several_origins = several_origins;
  from.withheld = withheld(record.item.origin);
  if (!record.newer_origin.empty())
    from.newer_href =
        page_href(frame, fmt::format("/e/{}", from.id), {{"origin", record.newer_origin}});
  return from;
}

Response Pages::show(const PageFrame& frame, const RecordView& record, bool several_origins,
                     std::string_view near) const {
  const ProvenanceView from = provenance(frame, record, several_origins);
  if (record.item.withdrawn || record.erased || !record.body) {
    TombstoneView view{from, {}, record.leaf.type != "withdraw", record.erased.has_value()};
    if (record.erased && is_erasure_reason(record.erased->reason))
      view.reason.text = text(frame.language, "pages.erased.reason." + record.erased->reason);
    if (record.body && !record.erased) {
      if (auto reason = body_text(*record.body, "reason", frame.language))
        view.reason = std::move(*reason);
    }
    return page_response(410, render_tombstone(frame, view));
  }
  auto entry =
      make_entry_view(record.leaf.type, *record.body, frame.language, region_names(*ports_.regions),
                      ports_.attachment_href, records(frame));
  if (!entry) return message_page(frame, 404);  // a body of another log that cannot be read
  EntryPageView view{std::move(*entry), from};
  view.connections = connections(frame, ports_, record, near);
  if (const auto base = ports_.tell_base ? ports_.tell_base(from.origin) : std::nullopt)
    view.tell_href = *base + page_href(frame, "/tell", {{"id", from.id}});
  return page_response(200, render_entry(frame, view));
}

/// What a search is narrowed to, or an empty text if it is not known here.
std::string Pages::problem_title(const SearchRequest& asked, Language language) const {
  const auto name = parse_record_name(asked.problem);
  if (asked.problem.empty() || !name) return {};
  const auto claims = ports_.claims(name->id);
  if (!claims) return {};
  for (const CatalogueItem& item : *claims) {
    if (is_named(item, *name) && !item.withdrawn) return title_for(item, language).text;
  }
  return {};
}

/// What other entries are called here. A log of a later generation goes on with the same records,
/// so the newest one is shown.
RecordLookup Pages::records(const PageFrame& frame) const {
  return [this, &frame](std::string_view origin, std::string_view id,
                        Language language) -> std::optional<RecordTarget> {
    const auto claims = ports_.claims(id);
    if (!claims) return std::nullopt;
    const auto found = std::find_if(claims->begin(), claims->end(), [&](const auto& item) {
      return !item.withdrawn && !item.superseded &&
             member_of_origin(item.origin) == member_of_origin(origin);
    });
    if (found == claims->end()) return std::nullopt;
    const std::string chosen = claims->size() > 1 ? found->origin : std::string();
    return RecordTarget{found->type, title_for(*found, language), ports_.publisher(found->origin),
                        page_href(frame, fmt::format("/e/{}", id), {{"origin", chosen}})};
  };
}

/// Not here, or not shown: a reader with an old link should learn of both.
Response Pages::maybe_withheld(const PageFrame& frame) const {
  const MessageView view{text(frame.language, "pages.error.404.title"),
                         text(frame.language, "pages.withheld.not-found"),
                         page_href(frame, "/about"), text(frame.language, "pages.withheld.whose")};
  return page_response(404, render_message(frame, view));
}

Response Pages::choose(const PageFrame& frame, std::string_view id) const {
  const auto claims = ports_.claims(id);
  if (!claims) return message_page(frame, status_of(claims.error().code));
  std::vector<ClaimView> views;
  for (const CatalogueItem& claim : *claims) {
    views.push_back({page_href(frame, fmt::format("/e/{}", id), {{"origin", claim.origin}}),
                     ports_.publisher(claim.origin), claim.origin});
  }
  return page_response(300, render_claims(frame, views));
}

Response Pages::entry(const Request& request, std::string_view id) const {
  PageFrame frame = page_frame(request, ports_.own);
  const std::string origin = parameter(request, "origin");
  const auto record = ports_.record(id, origin);
  const bool shown = record && record->body && !record->item.withdrawn && !record->erased;
  if (shown && ports_.entry_head) frame.head = ports_.entry_head(request, *record);
  if (record) return show(frame, *record, !origin.empty(), request.parameter("near").value_or(""));
  if (record.error().code == ErrorCode::kConflict) return choose(frame, id);
  // An address with a wrong id leads nowhere; a reader need not know why.
  const int status = status_of(record.error().code);
  if (status < 500 && !withheld().empty()) return maybe_withheld(frame);
  return message_page(frame, status >= 500 ? status : 404);
}

Response Pages::about(const Request& request) const {
  const PageFrame frame = page_frame(request, ports_.own);
  auto logs = ports_.logs();
  if (!logs) return message_page(frame, status_of(logs.error().code));
  SearchRequest everything;
  everything.limit = 1;
  const auto answer = ports_.search(everything);
  if (!answer) return message_page(frame, status_of(answer.error().code));

  AboutView view;
  view.origin = ports_.own.origin;
  view.log_vkey = ports_.own.log_vkey;
  if (const auto key = VerifierKey::parse(ports_.own.log_vkey))
    view.fingerprint = key->fingerprint();
  for (LogView& log : *logs) log.page_href = member_href(frame, log.origin);
  view.logs = std::move(*logs);
  view.withheld = withheld();
  view.records = answer->page.total;
  view.indexed = answer->progress.indexed;
  view.stored = answer->progress.stored;
  return page_response(200, render_about(frame, view));
}

}  // namespace

void add_page_routes(Router& router, PagePorts ports, FreshAnswerOptions keep) {
  if (ports.references) add_related_pages(router, ports);
  add_compare_page(router, ports);
  add_home_pages(router, ports);
  // Shared by the handlers below, which live in the router.
  const auto pages = std::make_shared<const Pages>(std::move(ports));
  const auto answers = std::make_shared<FreshAnswers>(std::move(keep));
  router.add("GET", "/", [pages, answers](const Request& request, const PathArguments&) {
    return answers->get(answer_key(request), [&] { return pages->search(request); });
  });
  router.add("GET", "/e/{id}",
             [pages, answers](const Request& request, const PathArguments& arguments) {
               return answers->get(answer_key(request),
                                   [&] { return pages->entry(request, arguments[0]); });
             });
  router.add("GET", "/about", [pages](const Request& request, const PathArguments&) {
    return pages->about(request);
  });

  const auto serve = [&router](const char* name, const char* type) {
    router.add(
        "GET", fmt::format("/{}", name),
        [response = asset(name, type)](const Request&, const PathArguments&) { return response; });
  };
  serve("style.css", "text/css; charset=utf-8");
  serve("icon.svg", "image/svg+xml");
}

}  // namespace dure::node::http
