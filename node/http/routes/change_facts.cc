// SPDX-License-Identifier: Apache-2.0
#include "http/routes/change_facts.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "http/routes/api_answer.h"

namespace dure::node::http {

using Json = nlohmann::ordered_json;

std::string_view change_kind(const ListedChange& change) {
  if (change.erased) return "erased";
  return change.item.withdrawn ? "withdrawn" : "published";
}

Json change_json(const CatalogueFactsBook& book, const ListedChange& change) {
  const CatalogueItem& item = change.item;
  Json json = {{"change", change_kind(change)},
               {"id", item.id},
               {"origin", item.origin},
               {"publisher", book.publisher(item.origin).name},
               {"rev", item.rev},
               {"index", item.index},
               {"time", change.time}};
  if (change.erased) json["reason"] = change.erased->reason;
  if (item.withdrawn) return json;
  json["type"] = item.type;
  json["modified"] = item.modified;
  json["title"] = item.title.empty() ? item.title_en : item.title;
  json["links"] = {
      {"self", fmt::format("/api/v1/entries/{}?origin={}", item.id, api_encode(item.origin))},
      {"page", book.context().addresses.entry(item.origin, item.id)}};
  return json;
}

}  // namespace dure::node::http
