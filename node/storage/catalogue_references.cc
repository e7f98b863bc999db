// SPDX-License-Identifier: Apache-2.0
#include "storage/catalogue_references.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "catalogue/references.h"
#include "dure/encoding.h"
#include "storage/catalogue_file.h"
#include "storage/catalogue_search.h"

namespace dure::node {
namespace {

Error bad_cursor() {
  return {ErrorCode::kInvalid, "the cursor is not one of this list; begin again without it"};
}

/// Where a page ended. Document numbers mean something in one file only.
struct Place {
  std::uint64_t epoch = 0;
  std::string kind, type;
  std::uint64_t document = 0;
};

std::string format_place(const Place& place) {
  return std::to_string(place.epoch) + '.' + place.kind + '.' + place.type + '.' +
         std::to_string(place.document);
}

Result<Place> parse_place(std::string_view text, std::uint64_t epoch) {
  std::array<std::string_view, 4> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t dot = text.find('.');
    if ((dot == std::string_view::npos) != (i + 1 == parts.size())) return bad_cursor();
    parts[i] = text.substr(0, dot);
    text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
  }
  const auto of_file = parse_decimal(parts[0]), document = parse_decimal(parts[3]);
  if (!of_file || *of_file != epoch || !document || *document > CatalogueColumns::kMaxDocument)
    return bad_cursor();
  return Place{*of_file, std::string(parts[1]), std::string(parts[2]), *document};
}

Result<std::vector<ReferenceCount>> count_kinds(Connection& connection, std::string_view target,
                                                std::string_view member) {
  auto select = connection.prepare(
      "SELECT kind, type, count(*) FROM refs WHERE target = ?1 AND member = ?2 AND hidden = 0 "
      "GROUP BY kind, type");
  if (!select) return std::move(select).error();
  std::vector<ReferenceCount> counts;
  auto row = select->bind_blob(1, target).bind_text(2, member).step();
  for (; row && *row; row = select->step()) {
    counts.push_back({std::string(select->bytes(0)), std::string(select->bytes(1)),
                      static_cast<std::uint64_t>(select->integer(2))});
  }
  if (!row) return std::move(row).error();
  return counts;
}

/// (kind, type, document) of one page and the row after it.
Result<std::vector<Place>> list_places(Connection& connection, const ReferenceQuery& query,
                                       std::string_view target, const Place& after) {
  auto select = connection.prepare(
      "SELECT kind, type, document FROM refs WHERE target = ?1 AND member = ?2 AND hidden = 0 "
      "AND (?3 = '' OR kind = ?3) AND (?4 = '' OR type = ?4) "
      "AND (kind > ?5 OR (kind = ?5 AND (type > ?6 OR (type = ?6 AND document < ?7)))) "
      "ORDER BY kind, type, document DESC LIMIT ?8");
  if (!select) return std::move(select).error();
  select->bind_blob(1, target).bind_text(2, query.member).bind_text(3, query.kind);
  select->bind_text(4, query.type).bind_text(5, after.kind).bind_text(6, after.type);
  select->bind(7, static_cast<std::int64_t>(after.document));
  auto row = select->bind(8, static_cast<std::int64_t>(query.limit + 1)).step();
  std::vector<Place> places;
  for (; row && *row; row = select->step()) {
    places.push_back({after.epoch, std::string(select->bytes(0)), std::string(select->bytes(1)),
                      static_cast<std::uint64_t>(select->integer(2))});
  }
  if (!row) return std::move(row).error();
  return places;
}

}  // namespace

Result<std::vector<EntryReference>> find_references(Connection& connection,
                                                    const CatalogueColumns& columns,
                                                    std::string_view origin, std::string_view id) {
  std::vector<EntryReference> references;
  const auto key = id_bytes(id);
  if (!key) return references;
  auto select = connection.prepare(
      "SELECT r.kind, r.member, r.generation, r.target FROM refs r JOIN documents d "
      "ON d.document = r.document WHERE r.document = ?1 AND d.id = ?2 ORDER BY r.place");
  if (!select) return std::move(select).error();
  for (const DocumentNumber document : columns.with_key(columns.key_of(*key))) {
    if (columns.origin(columns.log_of(document)) != origin) continue;
    select->bind(1, static_cast<std::int64_t>(document)).bind_blob(2, *key);
    auto row = select->step();
    for (; row && *row; row = select->step()) {
      references.push_back(
          {std::string(select->bytes(0)),
           std::string(select->bytes(1)) + '/' + std::to_string(select->integer(2)),
           base32_encode(select->bytes(3))});
    }
    if (!row) return std::move(row).error();
    select->reset();
  }
  return references;
}

Result<ReferencePage> find_referring(Connection& connection, const CatalogueColumns& columns,
                                     const ReferenceQuery& query) {
  const auto target = id_bytes(query.id);
  if (!target) return target.error();
  // Before everything: no kind is empty.
  Place after{columns.epoch, {}, {}, 0};
  if (!query.cursor.empty()) {
    auto place = parse_place(query.cursor, columns.epoch);
    if (!place) return std::move(place).error();
    after = *std::move(place);
  }
  ReferencePage page;
  auto counts = count_kinds(connection, *target, query.member);
  if (!counts) return std::move(counts).error();
  page.counts = *std::move(counts);
  auto places = list_places(connection, query, *target, after);
  if (!places) return std::move(places).error();
  const bool more = places->size() > query.limit;
  if (more) places->resize(query.limit);
  for (const Place& place : *places) {
    auto item = read_record(connection, place.document);
    if (!item) return std::move(item).error();
    if (!*item)
      return Error{ErrorCode::kStorage, "the catalogue names a document that is not there"};
    page.records.push_back({place.kind, **std::move(item)});
  }
  if (more && !places->empty()) page.next_cursor = format_place(places->back());
  return page;
}

}  // namespace dure::node
