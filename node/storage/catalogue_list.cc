// SPDX-License-Identifier: Apache-2.0
#include "storage/catalogue_list.h"

#include <algorithm>
#include <queue>
#include <tuple>

#include "storage/catalogue_search.h"

namespace dure::node {
namespace {

/// Where a document stands in a list. Logs by name: their numbers differ from one catalogue file to
/// the next, and a reader goes on over both.
struct Place {
  std::uint64_t order = 0;
  std::string_view origin;
  DocumentNumber document = 0;
};

bool before(const Place& a, const Place& b) {
  return std::tie(a.order, a.origin) < std::tie(b.order, b.origin);
}

struct Later {
  bool operator()(const Place& a, const Place& b) const { return before(a, b); }
};

/// The first `limit` documents after `after`, in order. Looks at every document, 32 bytes each, and
/// holds only those.
std::vector<Place> next_places(const CatalogueColumns& columns, std::uint16_t log,
                               const std::optional<Place>& after, std::size_t limit) {
  std::priority_queue<Place, std::vector<Place>, Later> nearest;
  for (DocumentNumber document = 1; document < columns.end(); ++document) {
    const DocumentFacts* facts = columns.find(document);
    if (facts == nullptr || (log != 0 && facts->log != log)) continue;
    const Place place{facts->order(), columns.origin(facts->log), document};
    if (after && !before(*after, place)) continue;
    if (nearest.size() == limit) {
      if (!before(place, nearest.top())) continue;
      nearest.pop();
    }
    nearest.push(place);
  }
  std::vector<Place> places;
  for (; !nearest.empty(); nearest.pop()) places.push_back(nearest.top());
  std::reverse(places.begin(), places.end());
  return places;
}

}  // namespace

Result<ItemList> list_records(Connection& connection, const CatalogueColumns& columns,
                              const ListQuery& query) {
  ItemList list;
  const std::uint16_t log = query.origin.empty() ? std::uint16_t{0} : columns.log_of(query.origin);
  if (!query.origin.empty() && log == 0) return list;
  std::optional<Place> after;
  if (!query.after_id.empty()) {
    auto id = id_bytes(query.after_id);
    if (!id) return std::move(id).error();
    after = Place{id_order(*id), query.after_origin, 0};
  }
  const auto places = next_places(columns, log, after, query.limit + 1);
  for (const Place& place : places) {
    if (list.items.size() == query.limit) {
      list.more = true;
      break;
    }
    auto item = read_record(connection, place.document);
    if (!item) return std::move(item).error();
    if (*item) list.items.push_back(**std::move(item));
  }
  return list;
}

Result<ChangeList> list_changes(Connection& connection, std::uint64_t after, std::size_t limit) {
  auto state = read_state(connection);
  if (!state) return std::move(state).error();
  ChangeList list;
  list.epoch = state->epoch;
  list.newest = state->next_document - 1;
  if (after >= list.newest) return list;
  auto numbers = connection.prepare(
      "SELECT document FROM documents WHERE document > ?1 AND hidden = 0 ORDER BY document "
      "LIMIT ?2");
  if (!numbers) return std::move(numbers).error();
  numbers->bind(1, static_cast<std::int64_t>(after)).bind(2, static_cast<std::int64_t>(limit + 1));
  std::vector<DocumentNumber> documents;
  auto row = numbers->step();
  for (; row && *row; row = numbers->step())
    documents.push_back(static_cast<DocumentNumber>(numbers->integer(0)));
  if (!row) return std::move(row).error();
  for (const DocumentNumber document : documents) {
    if (list.changes.size() == limit) {
      list.more = true;
      break;
    }
    auto item = read_record(connection, document);
    if (!item) return std::move(item).error();
    if (*item) list.changes.push_back({document, **std::move(item)});
  }
  return list;
}

}  // namespace dure::node
