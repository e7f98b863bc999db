// SPDX-License-Identifier: Apache-2.0
// One search on one connection, inside a read transaction of which `columns` is the state.
#pragma once

#include <optional>
#include <string>

#include "catalogue/ports.h"
#include "storage/catalogue_columns.h"
#include "storage/catalogue_file.h"
#include "storage/search_cache.h"

namespace dure::node {

/// How many documents hold a word of a query; remembered in `cache`. Errors: kInvalid, kStorage.
Result<std::uint64_t> count_word(Connection& connection, const CatalogueColumns& columns,
                                 const std::string& word, SearchCache& cache);
/// Everything of a query that decides which records are found in which order.
std::string query_text(const SearchQuery& query);

/// Errors: kInvalid (cursor, expression), kStorage.
Result<SearchPage> run_search(CatalogueConnection& reader, const CatalogueColumns& columns,
                              const CatalogueState& state, const SearchQuery& query,
                              SearchCache& cache);

/// The record of one document, without its keywords and further text; nothing if it is not there.
Result<std::optional<CatalogueItem>> read_record(Connection& connection, DocumentNumber document);

/// The records with this id, one per log. Errors: kStorage.
Result<std::vector<CatalogueItem>> find_records(Connection& connection,
                                                const CatalogueColumns& columns,
                                                std::string_view id);
Result<std::vector<std::uint64_t>> find_revisions(Connection& connection,
                                                  const CatalogueColumns& columns,
                                                  std::string_view origin, std::string_view id);
/// First entry of `origin` not folded yet.
Result<std::uint64_t> find_position(Connection& connection, std::string_view origin);

}  // namespace dure::node
