// SPDX-License-Identifier: Apache-2.0
#include "http/routes/changes_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "http/routes/api_answer.h"
#include "http/routes/api_parameters.h"
#include "http/routes/change_facts.h"
#include "http/routes/changes_stream.h"
#include "http/routes/list_formats.h"
#include "http/routes/negotiation.h"
#include "http/routes/problems.h"
#include "web/texts.h"

namespace dure::node::http {
namespace {

using Json = nlohmann::ordered_json;
using Place = ChangePlace;

constexpr std::array<Format, 3> kOffered = {Format::kJson, Format::kAtom, Format::kEvents};
constexpr std::string_view kPath = "/api/v1/changes";
constexpr std::size_t kPage = 100, kLargestPage = 1000;
constexpr std::uint64_t kArchive = 100;  // numbers in one document of the feed

Response made_anew() {
  return api_problem(
      ErrorCode::kGone, 410,
      "the catalogue was made anew since; begin again without `since`, and take what "
      "is told for all there is");
}

std::string link_to(std::string_view name, const Place& place, std::uint64_t limit) {
  std::string link = fmt::format("{}?{}={}", kPath, name, format_place(place));
  return limit == kPage ? link : link + "&limit=" + std::to_string(limit);
}

Response as_json(const CatalogueFactsBook& book, const ListedChanges& found, const Place& since,
                 std::uint64_t limit) {
  Json list = Json::array();
  for (const ListedChange& change : found.changes) list.push_back(change_json(book, change));
  const std::uint64_t reached = found.changes.empty()
                                    ? std::max(since.number, found.newest)
                                    : (found.more ? found.changes.back().number : found.newest);
  const Place next{found.epoch, reached};
  const Json body = {{"changes", std::move(list)},
                     {"more", found.more},
                     {"since", format_place(next)},
                     {"links", {{"next", link_to("since", next, limit)}}}};
  std::string text = body.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
  std::string tag = content_tag(text);
  Response response = api_answer(format_type(Format::kJson), std::move(text), std::move(tag));
  // Whoever waits for news must not be told the old by a cache.
  for (auto& [name, value] : response.headers) {
    if (name == "Cache-Control") value = "no-cache";
  }
  response.headers.emplace_back("Link", '<' + link_to("since", next, limit) + ">; rel=\"next\"");
  return response;
}

AtomEntry feed_entry(const CatalogueFactsBook& book, const ListedChange& change) {
  AtomEntry entry = atom_entry(book, change.item);
  entry.updated = change.time;
  if (!change.item.withdrawn) return entry;
  const std::string key = fmt::format("pages.feed.{}", change_kind(change));
  entry.title = text(Language::kKo, key, {{"publisher", entry.author}});
  entry.summary = entry.title;
  entry.categories = {std::string(change_kind(change))};
  return entry;
}

/// One document of the feed: the newest one, or a part that is finished.
Response as_atom(const CatalogueFactsBook& book, const Request& request, const ListedChanges& found,
                 std::uint64_t part, bool archive) {
  const Addresses& addresses = book.context().addresses;
  const std::string current = fmt::format("{}?format=atom", kPath);
  const auto archived = [&](std::uint64_t number) {
    return addresses.here(
        fmt::format("{}&archive={}", current, format_place({found.epoch, number})));
  };
  AtomFeed feed;
  feed.id = addresses.here(current);
  feed.title = text(Language::kKo, "pages.feed.changes", {{"node", book.own().name}});
  feed.author = book.own().name;
  feed.archive = archive;
  feed.links = {{"self", self_address(book, request)}};
  if (archive) feed.links.emplace_back("current", feed.id);
  if (part > 0) feed.links.emplace_back("prev-archive", archived(part - 1));
  const std::uint64_t newest_part = found.newest / kArchive;
  if (archive && part + 1 < newest_part)
    feed.links.emplace_back("next-archive", archived(part + 1));
  for (auto change = found.changes.rbegin(); change != found.changes.rend(); ++change) {
    if (archive && change->number > (part + 1) * kArchive) continue;
    feed.entries.push_back(feed_entry(book, *change));
    feed.updated = std::max(feed.updated, change->time);
  }
  std::string body = format_atom(feed);
  std::string tag = content_tag(body);
  return api_answer(format_type(Format::kAtom), std::move(body), std::move(tag));
}

struct ChangesQuestion {
  Format format = Format::kJson;
  std::optional<Place> since, archive;
  std::uint64_t limit = kPage;
};

/// Which numbers are wanted. `part` is that of the feed's document.
Result<ListedChanges> find_changes(const CatalogueSources& sources, const ChangesQuestion& question,
                                   std::uint64_t& part) {
  if (question.format != Format::kAtom)
    return sources.listing->changes(question.since ? question.since->number : 0, question.limit);
  if (question.archive) {
    part = question.archive->number;
    return sources.listing->changes(part * kArchive, kArchive);
  }
  const auto newest = sources.listing->changes(UINT32_MAX, 1);
  if (!newest) return newest.error();
  // The document that still grows, and the one before it: never nearly empty.
  const std::uint64_t growing = newest->newest / kArchive;
  part = growing > 0 ? growing - 1 : 0;
  return sources.listing->changes(part * kArchive, 2 * kArchive);
}

std::optional<Place> place_parameter(const Request& request, const char* name,
                                     ParameterFaults& faults) {
  const auto given = request.parameter(name);
  if (!given) return std::nullopt;
  auto place = parse_place(*given);
  if (!place || place->number > UINT32_MAX)
    faults.add(name, "not a place in the changes; begin again without it");
  return place;
}

/// A client that comes again says what it has heard, whatever its address says.
void take_last_event(const Request& request, ChangesQuestion& question, ParameterFaults& faults) {
  if (request.parameter("limit")) faults.add("limit", "not with format=sse");
  const auto last = request.header("last-event-id");
  if (!last || last->empty()) return;
  question.since = parse_place(*last);
  if (!question.since || question.since->number > UINT32_MAX)
    faults.add("Last-Event-ID", "not a place in the changes; begin again without it");
}

/// What is asked, or the answer that refuses it.
std::optional<Response> read_question(const Request& request, ChangesQuestion& question) {
  ParameterFaults faults;
  check_names(request, {"since", "archive", "limit", "format"}, faults);
  question.since = place_parameter(request, "since", faults);
  question.archive = place_parameter(request, "archive", faults);
  question.limit = number_parameter(request, "limit", kPage, 1, kLargestPage, faults);
  if (!faults.none()) return faults.answer();
  auto chosen = negotiate(request, kOffered);
  if (!chosen.format) return std::move(chosen.refusal);
  question.format = *chosen.format;
  const bool feed = question.format == Format::kAtom;
  if (question.format == Format::kEvents) take_last_event(request, question, faults);
  if (feed ? question.since.has_value() : question.archive.has_value())
    faults.add(feed ? "since" : "archive", feed ? "not with format=atom" : "only with format=atom");
  if (!faults.none()) return faults.answer();
  return std::nullopt;
}

Response changes(const CatalogueSources& sources, const std::shared_ptr<ChangesMemory>& memory,
                 const Request& request) {
  ChangesQuestion question;
  if (auto refused = read_question(request, question)) return *std::move(refused);
  const bool feed = question.format == Format::kAtom;
  const auto book = CatalogueFactsBook::read(sources, request);
  if (!book) return api_failure(book.error());
  std::uint64_t part = 0;
  const auto found = find_changes(sources, question, part);
  if (!found) return api_failure(found.error());
  const auto& place = feed ? question.archive : question.since;
  if (place && (place->epoch != found->epoch || (!feed && place->number > found->newest)))
    return made_anew();
  if (feed && question.archive && (part + 1) * kArchive > found->newest)
    return api_failure({ErrorCode::kNotFound, "this part of the feed is not finished"});
  if (question.format == Format::kEvents) {
    Response stream =
        changes_stream(memory, request, question.since.value_or(Place{found->epoch, 0}));
    add_alternates(stream, request, kOffered, question.format);
    return stream;
  }
  Response response =
      feed ? as_atom(*book, request, *found, part, question.archive.has_value())
           : as_json(*book, *found, question.since.value_or(Place{}), question.limit);
  add_alternates(response, request, kOffered, question.format);
  return response;
}

}  // namespace

void add_changes_routes(Router& router, const CatalogueSources& sources) {
  router.add("GET", std::string(kPath),
             [sources, memory = make_changes_memory(sources)](const Request& request,
                                                              const PathArguments&) {
               return changes(sources, memory, request);
             });
}

}  // namespace dure::node::http
