// SPDX-License-Identifier: Apache-2.0
#include "http/routes/control_catalogue.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "formats/catalogue_rdf.h"
#include "formats/csv_writer.h"
#include "http/routes/catalogue_routes.h"
#include "http/routes/control_reply.h"

namespace dure::node::http {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPart = 500;
constexpr std::size_t kPartBytes = 2 << 20;  // of bodies

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// One part of the catalogue and where it stands among the others.
struct Part {
  const CatalogueFactsBook& book;
  const ListedPart& listed;
  bool first = false, last = false;
};

std::string address_of(const Part& part, const ListedEntry& entry) {
  return part.book.context().addresses.entry(entry.item.origin, entry.item.id);
}

std::string as_csv(const Part& part) {
  std::string out = part.first ? csv_open() : std::string();
  for (const ListedEntry& entry : part.listed.entries) {
    out += csv_line(entry_row(published(entry), part.book.publisher(entry.item.origin).name,
                              address_of(part, entry)));
  }
  return out;
}

std::string as_json_lines(const Part& part) {
  std::string out;
  for (const ListedEntry& entry : part.listed.entries) {
    Json body = Json::parse(entry.body, nullptr, /*allow_exceptions=*/false);
    if (body.is_discarded()) body = nullptr;
    out += dump({{"id", entry.item.id},
                 {"type", entry.leaf.type},
                 {"origin", entry.item.origin},
                 {"publisher", part.book.publisher(entry.item.origin).name},
                 {"rev", entry.leaf.rev},
                 {"index", entry.item.index},
                 {"time", entry.leaf.time},
                 {"page", address_of(part, entry)},
                 {"body", std::move(body)}}) +
           '\n';
  }
  return out;
}

Result<std::string> as_rdf(const CatalogueSources& sources, const Part& part, RdfFormat format) {
  auto times = sources.listing->times();
  if (!times) return std::move(times).error();
  CatalogueDocument document(
      format, {part.book.own(), std::move(times->first), std::move(times->last), {}, {}},
      part.book.context());
  std::string out;
  if (part.first) {
    out = document.open();
  } else {
    document.go_on();
  }
  for (const ListedEntry& entry : part.listed.entries)
    out += document.append(published(entry), part.book.publisher(entry.item.origin));
  return part.last ? out + document.close() : out;
}

Result<std::string> write_part(const CatalogueSources& sources, const Part& part,
                               std::string_view format) {
  if (format == "csv") return as_csv(part);
  if (format == "jsonl") return as_json_lines(part);
  if (format == "jsonld") return as_rdf(sources, part, RdfFormat::kJsonLd);
  if (format == "ttl") return as_rdf(sources, part, RdfFormat::kTurtle);
  return Error{ErrorCode::kInvalid,
               "no such format",
               "errors.export_format",
               {{"format", printable(format)}}};
}

Response catalogue_part(const CatalogueSources& sources, const Request& request) {
  ListQuery query;
  query.limit = kPart;
  query.origin = request.parameter("origin").value_or("");
  const std::string_view cursor = request.parameter("cursor").value_or("");
  if (!parse_place(cursor, query.after_id, query.after_origin))
    return control_problem(request, Error{ErrorCode::kInvalid, "not a cursor of this list"});
  const auto book = CatalogueFactsBook::read(sources, request);
  if (!book) return control_problem(request, book.error());
  const auto listed = sources.listing->part(query, kPartBytes);
  if (!listed) return control_problem(request, listed.error());
  const Part part{*book, *listed, cursor.empty(), listed->after_id.empty()};
  auto text = write_part(sources, part, request.parameter("format").value_or(""));
  if (!text) return control_problem(request, text.error());
  return control_json(dump({{"text", *std::move(text)},
                            {"count", listed->entries.size()},
                            {"next", place_word(listed->after_id, listed->after_origin)}}));
}

}  // namespace

void add_control_catalogue(Router& router, CatalogueSources sources) {
  router.add("GET", "/control/v1/catalogue",
             [sources = std::move(sources)](const Request& request, const PathArguments&) {
               return catalogue_part(sources, request);
             });
}

}  // namespace dure::node::http
