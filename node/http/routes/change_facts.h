// SPDX-License-Identifier: Apache-2.0
// One change as answers for machines tell it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "catalogue/change_place.h"
#include "catalogue/listing.h"
#include "http/routes/catalogue_facts.h"

namespace dure::node::http {

/// "published", "withdrawn" or "erased".
std::string_view change_kind(const ListedChange& change);
nlohmann::ordered_json change_json(const CatalogueFactsBook& book, const ListedChange& change);

}  // namespace dure::node::http
