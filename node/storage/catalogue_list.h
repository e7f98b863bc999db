// SPDX-License-Identifier: Apache-2.0
// Every record in turn, and what changed since; inside a read transaction.
#pragma once

#include "catalogue/ports.h"
#include "storage/catalogue_columns.h"
#include "storage/catalogue_file.h"

namespace dure::node {

/// `columns` is the state that the transaction sees. Errors: kInvalid (not an id), kStorage.
Result<ItemList> list_records(Connection& connection, const CatalogueColumns& columns,
                              const ListQuery& query);
/// Errors: kStorage.
Result<ChangeList> list_changes(Connection& connection, std::uint64_t after, std::size_t limit);

}  // namespace dure::node
