// SPDX-License-Identifier: Apache-2.0
// One change as answers for machines tell it, and the place from which they go on.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "catalogue/listing.h"
#include "http/routes/catalogue_facts.h"

namespace dure::node::http {

/// A number and the catalogue that gave it: "3f2a9c…-1041".
struct ChangePlace {
  std::uint64_t epoch = 0, number = 0;
};

std::string format_place(const ChangePlace& place);
/// Nothing if `text` is not what format_place() writes.
std::optional<ChangePlace> parse_place(std::string_view text);

/// "published", "withdrawn" or "erased".
std::string_view change_kind(const ListedChange& change);
nlohmann::ordered_json change_json(const CatalogueFactsBook& book, const ListedChange& change);

}  // namespace dure::node::http
