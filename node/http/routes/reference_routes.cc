// SPDX-License-Identifier: Apache-2.0
#include "http/routes/reference_routes.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "http/routes/api_answer.h"
#include "http/routes/api_parameters.h"
#include "http/routes/problems.h"

namespace dure::node::http {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string entry_href(const CatalogueItem& item) {
  return fmt::format("/api/v1/entries/{}?origin={}", item.id, api_encode(item.origin));
}

/// What is told of a record on either end of a reference.
Json record_json(const CatalogueItem& item, SearchService& service) {
  Json title = {{"ko", item.title}};
  if (!item.title_en.empty()) title["en"] = item.title_en;
  if (item.title == item.title_en) title.erase("ko");
  return {{"id", item.id},
          {"origin", item.origin},
          {"publisher", service.publisher(item.origin)},
          {"type", item.type},
          {"title", std::move(title)},
          {"region", item.region},
          {"modified", item.modified},
          {"href", entry_href(item)}};
}

Json names_json(const std::vector<NamedRecord>& names, SearchService& service) {
  Json list = Json::array();
  for (const NamedRecord& named : names) {
    Json one = {{"kind", named.reference.kind},
                {"origin", named.reference.origin},
                {"id", named.reference.id},
                {"resolved", named.item.has_value()}};
    if (named.item) one["entry"] = record_json(*named.item, service);
    list.push_back(std::move(one));
  }
  return list;
}

std::string page_link(const Request& request, const ReferencesRequest& asked,
                      const std::string& cursor) {
  std::string link = request.path;
  char separator = '?';
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    link.append(1, separator).append(name).append("=").append(api_encode(value));
    separator = '&';
  };
  add("origin", asked.origin);
  add("kind", asked.kind);
  add("type", asked.type);
  if (request.parameter("limit")) add("limit", std::to_string(asked.limit));
  add("cursor", cursor);
  return link;
}

Json named_by_json(const ReferencePage& page, SearchService& service) {
  Json counts = Json::array(), records = Json::array();
  for (const ReferenceCount& count : page.counts)
    counts.push_back({{"kind", count.kind}, {"type", count.type}, {"count", count.count}});
  for (const ReferringRecord& record : page.records) {
    Json one = {{"kind", record.kind}};
    one.update(record_json(record.item, service));
    records.push_back(std::move(one));
  }
  return {{"counts", std::move(counts)}, {"entries", std::move(records)}};
}

/// Several logs claim the id: the reader chooses.
Response choices(const Request& request, const ReferencesRequest& asked, SearchService& service) {
  const auto items = service.claims(asked.id);
  if (!items) return api_failure(items.error());
  Json list = Json::array();
  for (const CatalogueItem& item : *items) {
    ReferencesRequest one = asked;
    one.origin = item.origin;
    list.push_back({{"origin", item.origin},
                    {"publisher", service.publisher(item.origin)},
                    {"href", page_link(request, one, {})}});
  }
  Response response = make_response(300, "application/json", dump({{"choices", list}}));
  response.headers.emplace_back("Cache-Control", "no-cache");
  return open_to_all(std::move(response));
}

Response references(const Request& request, std::string_view id, SearchService& service) {
  ParameterFaults faults;
  check_names(request, {"origin", "kind", "type", "limit", "cursor"}, faults);
  ReferencesRequest asked{std::string(id),
                          text_parameter(request, "origin"),
                          text_parameter(request, "kind"),
                          text_parameter(request, "type"),
                          number_parameter(request, "limit", 20, 1, kMaxSearchLimit, faults),
                          text_parameter(request, "cursor")};
  if (!asked.origin.empty() && !is_origin(asked.origin)) faults.add("origin", "not an origin");
  if (!faults.none()) return faults.answer();
  const auto answer = service.references(asked);
  if (!answer && answer.error().code == ErrorCode::kConflict)
    return choices(request, asked, service);
  // A path that names no record is not a parameter fault.
  if (!answer && !is_entry_id(id))
    return open_to_all(problem_of({ErrorCode::kNotFound, "no record with this id"}));
  if (!answer) return api_failure(answer.error());

  const std::string& cursor = answer->named_by.next_cursor;
  Json links = {{"first", page_link(request, asked, {})}};
  if (!cursor.empty()) links["next"] = page_link(request, asked, cursor);
  Json body = {{"id", answer->item.id},
               {"origin", answer->item.origin},
               {"withdrawn", answer->item.withdrawn},
               {"adopters", answer->item.adopters}};
  // What the record itself names is told once, with the first page.
  if (asked.cursor.empty()) body["names"] = names_json(answer->names, service);
  body["namedBy"] = named_by_json(answer->named_by, service);
  body["links"] = std::move(links);
  std::string text = dump(body);
  std::string etag = content_tag(text);
  Response response = api_answer("application/json", std::move(text), std::move(etag));
  if (!cursor.empty()) {
    response.headers.emplace_back(
        "Link", fmt::format("<{}>; rel=\"next\"", page_link(request, asked, cursor)));
  }
  return response;
}

}  // namespace

void add_reference_routes(Router& router, SearchService& service, FreshAnswerOptions keep) {
  const auto answers = std::make_shared<FreshAnswers>(std::move(keep));
  router.add("GET", "/api/v1/entries/{id}/references",
             [&service, answers](const Request& request, const PathArguments& arguments) {
               return answers->get(answer_key(request),
                                   [&] { return references(request, arguments.at(0), service); });
             });
}

}  // namespace dure::node::http
