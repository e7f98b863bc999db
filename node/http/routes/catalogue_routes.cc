// SPDX-License-Identifier: Apache-2.0
#include "http/routes/catalogue_routes.h"

#include <array>
#include <memory>
#include <utility>

#include "dure/checkpoint.h"
#include "dure/encoding.h"
#include "formats/catalogue_rdf.h"
#include "http/routes/api_answer.h"
#include "http/routes/api_parameters.h"
#include "http/routes/problems.h"

namespace dure::node::http {
namespace {

constexpr std::array<Format, 2> kOffered = {Format::kJsonLd, Format::kTurtle};
constexpr std::size_t kPage = 500, kLargestPage = 1000;
constexpr std::size_t kPageBytes = 2 << 20;  // of bodies

RdfFormat rdf_format(Format format) {
  return format == Format::kTurtle ? RdfFormat::kTurtle : RdfFormat::kJsonLd;
}

std::string page_path(Format format, std::uint64_t limit, std::string_view cursor) {
  std::string path = "/catalog?format=" + std::string(format_name(format));
  if (limit != kPage) path += "&limit=" + std::to_string(limit);
  if (!cursor.empty()) path += "&cursor=" + api_encode(cursor);
  return path;
}

struct PageQuestion {
  Format format = Format::kJsonLd;
  std::uint64_t limit = kPage;
  std::string cursor;
  ListQuery query;
};

Result<CatalogueFacts> catalogue_facts(const CatalogueSources& sources,
                                       const CatalogueFactsBook& book) {
  auto times = sources.listing->times();
  if (!times) return std::move(times).error();
  return CatalogueFacts{book.own(), std::move(times->first), std::move(times->last), {}, {}};
}

Response page(const CatalogueSources& sources, const Request& request,
              const PageQuestion& question) {
  const auto book = CatalogueFactsBook::read(sources, request);
  if (!book) return api_failure(book.error());
  auto facts = catalogue_facts(sources, *book);
  if (!facts) return api_failure(facts.error());
  const auto part = sources.listing->part(question.query, kPageBytes);
  if (!part) return api_failure(part.error());
  const Addresses& addresses = book->context().addresses;
  std::string next;
  if (!part->after_id.empty())
    next =
        page_path(question.format, question.limit, place_word(part->after_id, part->after_origin));
  if (!next.empty()) facts->next = addresses.here(next);
  facts->page = addresses.here(page_path(question.format, question.limit, question.cursor));
  CatalogueDocument document(rdf_format(question.format), *std::move(facts), book->context());
  std::string body = document.open();
  for (const ListedEntry& entry : part->entries)
    body += document.append(published(entry), book->publisher(entry.item.origin));
  body += document.close();
  std::string tag = content_tag(body);
  Response response = api_answer(format_type(question.format), std::move(body), std::move(tag));
  add_alternates(response, request, kOffered, question.format);
  if (!next.empty()) response.headers.back().second += ", <" + next + ">; rel=\"next\"";
  return response;
}

Response catalogue(const CatalogueSources& sources, FreshAnswers& answers, const Request& request) {
  ParameterFaults faults;
  check_names(request, {"format", "limit", "cursor"}, faults);
  PageQuestion question;
  question.limit = number_parameter(request, "limit", kPage, 1, kLargestPage, faults);
  question.cursor = text_parameter(request, "cursor");
  question.query.limit = question.limit;
  if (!parse_place(question.cursor, question.query.after_id, question.query.after_origin))
    faults.add("cursor", "not a cursor of this list; begin again without it");
  if (!faults.none()) return faults.answer();
  auto chosen = negotiate(request, kOffered);
  if (!chosen.format) return std::move(chosen.refusal);
  question.format = *chosen.format;
  std::string key = page_path(question.format, question.limit, question.cursor);
  key += '\n' + base_address(sources.own, request);
  for (const auto& [name, value] : request.query)
    key.append(1, '\n').append(name).append(1, '=').append(value);
  return answers.get(key, [&] { return page(sources, request, question); });
}

}  // namespace

std::string place_word(std::string_view id, std::string_view origin) {
  return id.empty() ? std::string() : std::string(id) + '.' + std::string(origin);
}

bool parse_place(std::string_view word, std::string& id, std::string& origin) {
  if (word.empty()) return true;
  const std::size_t dot = word.find('.');
  if (dot == std::string_view::npos) return false;
  id = word.substr(0, dot);
  origin = word.substr(dot + 1);
  return is_entry_id(id) && is_origin(origin);
}

Response record_as_rdf(const CatalogueSources& sources, const Request& request,
                       const RecordView& view, Format format) {
  if (!view.body) return api_failure({ErrorCode::kGone, "the body was erased"});
  const auto book = CatalogueFactsBook::read(sources, request);
  if (!book) return api_failure(book.error());
  const ListedEntry listed{view.item, view.leaf, *view.body};
  PublishedEntry entry = published(listed);
  entry.index = view.index;
  std::string body =
      entry_document(rdf_format(format), entry, book->publisher(view.item.origin), book->context());
  std::string tag = content_tag(body);
  return api_answer(format_type(format), std::move(body), std::move(tag));
}

void add_catalogue_routes(Router& router, CatalogueSources sources, FreshAnswerOptions keep) {
  // Shared by the handler, which lives as long as the router.
  const auto answers = std::make_shared<FreshAnswers>(std::move(keep));
  router.add("GET", "/catalog",
             [sources = std::move(sources), answers](const Request& request, const PathArguments&) {
               return catalogue(sources, *answers, request);
             });
}

}  // namespace dure::node::http
