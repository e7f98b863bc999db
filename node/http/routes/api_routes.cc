// SPDX-License-Identifier: Apache-2.0
#include "http/routes/api_routes.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "catalogue/snippet.h"
#include "dure/encoding.h"
#include "http/routes/api_answer.h"
#include "http/routes/api_attachments.h"
#include "http/routes/api_gone.h"
#include "http/routes/api_parameters.h"
#include "http/routes/facet_parameters.h"
#include "http/routes/problems.h"

namespace dure::node::http {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kBase = "/api/v1/entries";

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Response json_answer(const Json& json) {
  std::string body = dump(json) + '\n';
  std::string etag = content_tag(body);
  return api_answer("application/json", std::move(body), std::move(etag));
}

SearchRequest read_search(const Request& request, ParameterFaults& faults) {
  std::set<std::string_view> known = {"q",     "type",   "region", "origin", "sort",
                                      "limit", "cursor", "exact",  "format"};
  add_facet_names(known);
  check_names(request, known, faults);
  SearchRequest search;
  read_facets(request, search, faults);
  search.words = text_parameter(request, "q");
  search.type = text_parameter(request, "type");
  search.region = text_parameter(request, "region");
  search.origin = text_parameter(request, "origin");
  search.cursor = text_parameter(request, "cursor");
  search.limit = number_parameter(request, "limit", 20, 1, kMaxSearchLimit, faults);
  const std::string sort = text_parameter(request, "sort");
  if (!sort.empty() && sort != "rank" && sort != "modified" && sort != "adoption")
    faults.add("sort", "rank, modified or adoption");
  search.newest_first = sort == "modified";
  const std::string exact = text_parameter(request, "exact");
  if (!exact.empty() && exact != "true" && exact != "false") faults.add("exact", "true or false");
  search.exact = exact == "true";
  search.by_adoption = sort == "adoption";
  if (!search.type.empty() && !is_entry_type(search.type)) faults.add("type", "not an entry type");
  if (!search.region.empty() && !is_region_code(search.region))
    faults.add("region", "a code of five digits");
  if (!search.origin.empty() && !is_origin(search.origin)) faults.add("origin", "not an origin");
  return search;
}

/// The snippet in parts, hits told from the rest: nobody needs to know our marks.
Json snippet_parts(std::string_view snippet) {
  Json parts = Json::array();
  bool hit = false;
  while (!snippet.empty()) {
    const std::string_view mark = hit ? kMarkClose : kMarkOpen;
    const std::size_t end = std::min(snippet.find(mark), snippet.size());
    if (end > 0) parts.push_back({{"text", snippet.substr(0, end)}, {"hit", hit}});
    snippet.remove_prefix(std::min(end + mark.size(), snippet.size()));
    hit = !hit;
  }
  return parts;
}

std::string entry_path(std::string_view id) { return std::string(kBase) + '/' + std::string(id); }

Json titles(const CatalogueItem& item) {
  Json title = {{"ko", item.title}};
  if (!item.title_en.empty()) title["en"] = item.title_en;
  if (item.title == item.title_en) title.erase("ko");
  return title;
}

Json hit_json(const SearchHit& hit, SearchService& service) {
  const CatalogueItem& item = hit.item;
  const std::string self = entry_path(item.id);
  const std::string origin = "?origin=" + api_encode(item.origin);
  return {{"id", item.id},
          {"origin", item.origin},
          {"publisher", service.publisher(item.origin)},
          {"rev", item.rev},
          {"index", item.index},
          {"type", item.type},
          {"region", item.region},
          {"modified", item.modified},
          {"adopters", item.adopters},
          {"title", titles(item)},
          {"summary", item.summary},
          {"snippet", snippet_parts(hit.snippet)},
          {"score", hit.score},
          {"links",
           {{"self", self + origin},
            {"body", self + "/body" + origin},
            {"proof", self + "/proof" + origin}}}};
}

std::string search_link(const Request& request, std::string_view cursor) {
  std::string link(kBase);
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    if (name == "cursor") continue;
    link += separator + api_encode(name) + '=' + api_encode(value);
    separator = '&';
  }
  return cursor.empty() ? link : link + separator + "cursor=" + std::string(cursor);
}

/// Logs whose newer entries are not shown, and why: they told two histories.
Json withheld_json(SearchService& service) {
  Json list = Json::array();
  for (const WithheldLog& log : service.withheld()) {
    list.push_back({{"origin", log.origin},
                    {"publisher", service.publisher(log.origin)},
                    {"from", log.from},
                    {"proof", "/federation/forks/" + log.proof}});
  }
  return list;
}

/// No such record, or one that is withheld: nobody can tell without showing it.
Response no_record(SearchService& service) {
  const Json withheld = withheld_json(service);
  if (withheld.empty())
    return open_to_all(problem_of({ErrorCode::kNotFound, "no record with this id"}));
  return api_problem(ErrorCode::kNotFound, 404,
                     "no record with this id is shown; newer entries of the logs named here are "
                     "withheld, because each told two histories",
                     dump({{"withheld", withheld}}));
}

/// The words that find nothing, and what was searched in their place.
Json corrected_json(const std::vector<CorrectedWord>& corrected) {
  Json list = Json::array();
  for (const CorrectedWord& word : corrected)
    list.push_back({{"typed", word.typed}, {"meant", word.meant}});
  return list;
}

Response search_as_json(const Request& request, const SearchAnswer& found, SearchService& service) {
  const SearchPage& page = found.page;
  Json entries = Json::array();
  for (const SearchHit& hit : page.hits) entries.push_back(hit_json(hit, service));
  Json links = {{"first", search_link(request, {})}};
  if (!page.next_cursor.empty()) links["next"] = search_link(request, page.next_cursor);
  Json body = {{"matched", page.matched},         {"total", page.total},
               {"relaxed", found.relaxed},        {"indexed", found.progress.indexed},
               {"stored", found.progress.stored}, {"asOf", page.as_of},
               {"entries", std::move(entries)},   {"links", links}};
  body["corrected"] = corrected_json(found.corrected);
  body["places"] = found.places;
  if (page.facets) body["facets"] = facets_json(found);
  if (Json withheld = withheld_json(service); !withheld.empty())
    body["withheld"] = std::move(withheld);
  return json_answer(body);
}

constexpr std::array<Format, 4> kSearchFormats = {Format::kJson, Format::kCsv, Format::kAtom,
                                                  Format::kJsonLd};

Response search(const Request& request, SearchService& service, const ApiFormats& formats) {
  ParameterFaults faults;
  const SearchRequest wanted = read_search(request, faults);
  if (!faults.none()) return faults.answer();
  auto found = service.search(wanted);
  if (!found) return api_failure(found.error());
  const auto offered = std::span(kSearchFormats).first(formats.search ? kSearchFormats.size() : 1);
  auto chosen = negotiate(request, offered);
  if (!chosen.format) return std::move(chosen.refusal);
  const std::string& cursor = found->page.next_cursor;
  const std::string next = cursor.empty() ? std::string() : search_link(request, cursor);
  Response response = *chosen.format == Format::kJson
                          ? search_as_json(request, *found, service)
                          : formats.search(request, *found, *chosen.format, next);
  if (response.status != 200) return response;
  if (!next.empty()) add_link(response, '<' + next + ">; rel=\"next\"");
  if (offered.size() > 1) add_alternates(response, request, offered, *chosen.format);
  return response;
}

/// Several logs claim the id: the reader chooses.
Response choices(const std::vector<CatalogueItem>& items, std::string_view suffix,
                 SearchService& service) {
  Json list = Json::array();
  for (const CatalogueItem& item : items) {
    list.push_back({{"origin", item.origin},
                    {"publisher", service.publisher(item.origin)},
                    {"title", titles(item)},
                    {"href", entry_path(item.id) + std::string(suffix) +
                                 "?origin=" + api_encode(item.origin)}});
  }
  Response response = make_response(300, "application/json", dump({{"choices", list}}) + '\n');
  response.headers.emplace_back("Cache-Control", "no-cache");
  return open_to_all(std::move(response));
}

Json provenance(const RecordView& view, SearchService& service) {
  Json from = {{"origin", view.origin},
               {"publisher", view.publisher},
               {"index", view.index},
               {"headSize", view.head_size},
               {"provable", view.index < view.head_size}};
  for (const WithheldLog& log : service.withheld()) {
    if (log.origin != view.origin) continue;
    from["withheldFrom"] = log.from;
    from["forkProof"] = "/federation/forks/" + log.proof;
  }
  return from;
}

/// A request for one record: its parameters, the record, or why it cannot be answered.
struct RecordAnswer {
  std::optional<RecordView> view;
  Response refusal;
};

struct RecordQuestion {
  std::string_view id, suffix;
  bool with_rev = true;          // `rev` is a parameter
  bool shows_withdrawn = false;  // the answer is useful after a withdrawal too
  bool with_format = false;      // `format` is a parameter
};

Response not_shown(const Error& error, std::uint64_t rev, SearchService& service) {
  const bool none =
      error.code == ErrorCode::kInvalid || (error.code == ErrorCode::kNotFound && rev == 0);
  return none ? no_record(service) : api_failure(error);
}

RecordAnswer find_record(const Request& request, const RecordQuestion& question,
                         SearchService& service) {
  ParameterFaults faults;
  std::set<std::string_view> names = {"origin"};
  if (question.with_rev) names.insert("rev");
  if (question.with_format) names.insert("format");
  check_names(request, names, faults);
  const std::string origin = text_parameter(request, "origin");
  if (!origin.empty() && !is_origin(origin)) faults.add("origin", "not an origin");
  const auto rev = number_parameter(request, "rev", 0, 1, (std::uint64_t{1} << 53U) - 1, faults);
  if (!faults.none()) return {{}, faults.answer()};

  if (origin.empty()) {
    auto items = service.claims(question.id);
    // A path that names no record is not a parameter fault.
    if (!items) return {{}, no_record(service)};
    if (items->size() > 1) return {{}, choices(*items, question.suffix, service)};
  }
  auto view = service.record(question.id, origin, rev);
  if (!view) return {{}, not_shown(view.error(), rev, service)};
  if (question.shows_withdrawn) return {*std::move(view), {}};
  if (view->erased) return {{}, erased(*view)};
  if (view->item.withdrawn && rev == 0) return {{}, tombstone(*view)};
  return {*std::move(view), {}};
}

Response show_as_json(const RecordView& view, std::string_view id, SearchService& service,
                      const AttachmentHeld& held) {
  const std::string at =
      "?origin=" + api_encode(view.item.origin) + "&rev=" + std::to_string(view.leaf.rev);
  const std::string self = entry_path(id);
  Json body =
      view.body ? Json::parse(*view.body, nullptr, /*allow_exceptions=*/false) : Json(nullptr);
  if (body.is_discarded()) body = nullptr;
  Json record = {{"id", view.item.id},
                 {"type", view.leaf.type},
                 {"rev", view.leaf.rev},
                 {"latestRev", view.latest_rev},
                 {"time", view.leaf.time},
                 {"commit", base64_encode(as_view(view.leaf.commitment))},
                 {"provenance", provenance(view, service)},
                 {"body", view.body.has_value()},
                 {"links",
                  {{"self", self + at},
                   {"history", self + "/history?origin=" + api_encode(view.item.origin)},
                   {"body", self + "/body" + at},
                   {"proof", self + "/proof" + at}}}};
  if (!view.newer_origin.empty())
    record["links"]["newest"] = self + "?origin=" + api_encode(view.newer_origin);
  // SPEC: PROTOCOL.md 6.3: no hash of a body without its salt. The commitment stands for it.
  Json attachments = attachments_json(view, held);
  std::string etag = content_tag(dump(record) + held_marks(attachments));
  if (!attachments.empty()) record["attachments"] = std::move(attachments);
  record["body"] = std::move(body);
  return api_answer("application/json", dump(record) + '\n', std::move(etag));
}

constexpr std::array<Format, 3> kRecordFormats = {Format::kJson, Format::kJsonLd, Format::kTurtle};

Response show(const Request& request, std::string_view id, SearchService& service,
              const AttachmentHeld& held, const ApiFormats& formats) {
  RecordQuestion question{id, ""};
  question.with_format = true;
  const RecordAnswer found = find_record(request, question, service);
  if (!found.view) return found.refusal;
  const auto offered = std::span(kRecordFormats).first(formats.record ? kRecordFormats.size() : 1);
  auto chosen = negotiate(request, offered);
  if (!chosen.format) return std::move(chosen.refusal);
  Response response = *chosen.format == Format::kJson
                          ? show_as_json(*found.view, id, service, held)
                          : formats.record(request, *found.view, *chosen.format);
  if (response.status == 200 && offered.size() > 1)
    add_alternates(response, request, offered, *chosen.format);
  return response;
}

Response history(const Request& request, std::string_view id, SearchService& service) {
  const RecordAnswer found =
      find_record(request, {id, "/history", /*with_rev=*/false, /*shows_withdrawn=*/true}, service);
  if (!found.view) return found.refusal;
  Json revisions = Json::array();
  for (const RevisionView& revision : found.view->history) {
    revisions.push_back({{"rev", revision.rev},
                         {"origin", revision.origin},
                         {"index", revision.index},
                         {"type", revision.type},
                         {"time", revision.time},
                         {"hasBody", revision.has_body},
                         {"erased", revision.erased ? Json(revision.erased->reason) : Json()},
                         {"provable", revision.provable}});
  }
  return json_answer({{"id", id},
                      {"origin", found.view->item.origin},
                      {"publisher", found.view->publisher},
                      {"headSize", found.view->head_size},
                      {"withdrawn", found.view->item.withdrawn},
                      {"revisions", std::move(revisions)}});
}

Response proof(const Request& request, std::string_view id, SearchService& service) {
  const RecordAnswer found = find_record(request, {id, "/proof"}, service);
  if (!found.view) return found.refusal;
  auto text = service.proof(id, found.view->item.origin, found.view->leaf.rev);
  if (!text) return api_failure(text.error());
  std::string etag = content_tag(*text);
  return api_answer("text/plain; charset=utf-8", *std::move(text), std::move(etag));
}

Response body(const Request& request, std::string_view id, SearchService& service) {
  const RecordAnswer found = find_record(request, {id, "/body"}, service);
  if (!found.view) return found.refusal;
  if (!found.view->body) return api_failure({ErrorCode::kGone, "the body was erased"});
  return api_answer("application/json", *found.view->body,
                    '"' + hex_encode(as_view(found.view->leaf.commitment)) + '"');
}

using RecordHandler = std::function<Response(const Request&, std::string_view, SearchService&)>;

}  // namespace

void add_api_routes(Router& router, SearchService& service, FreshAnswerOptions keep,
                    AttachmentHeld held, ApiFormats formats) {
  const std::string base(kBase);
  router.add("GET", base, [&service, formats](const Request& request, const PathArguments&) {
    return search(request, service, formats);
  });
  // Shared by the handlers below, which live as long as the router.
  const auto answers = std::make_shared<FreshAnswers>(std::move(keep));
  const RecordHandler show_record = [held = std::move(held), formats = std::move(formats)](
                                        const Request& request, std::string_view id,
                                        SearchService& asked) {
    return show(request, id, asked, held, formats);
  };
  const std::pair<const char*, RecordHandler> records[] = {
      {"", show_record}, {"/history", history}, {"/proof", proof}, {"/body", body}};
  for (const auto& [suffix, handler] : records) {
    router.add("GET", base + "/{id}" + suffix,
               [&service, answers, handle = handler](const Request& request,
                                                     const PathArguments& arguments) {
                 return answers->get(answer_key(request),
                                     [&] { return handle(request, arguments.at(0), service); });
               });
  }
}

}  // namespace dure::node::http
