// SPDX-License-Identifier: Apache-2.0
// Which records name which, read inside a read transaction of which `columns` is the state.
#pragma once

#include <string_view>
#include <vector>

#include "catalogue/ports.h"
#include "storage/catalogue_columns.h"
#include "storage/sqlite.h"

namespace dure::node {

/// As CatalogueStore::references.
Result<std::vector<EntryReference>> find_references(Connection& connection,
                                                    const CatalogueColumns& columns,
                                                    std::string_view origin, std::string_view id);
/// As CatalogueStore::referring.
Result<ReferencePage> find_referring(Connection& connection, const CatalogueColumns& columns,
                                     const ReferenceQuery& query);

}  // namespace dure::node
