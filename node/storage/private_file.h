// SPDX-License-Identifier: Apache-2.0
// A small database beside the logs that is its owner's only: inbox, console.
#pragma once

#include <memory>
#include <string>

#include "storage/database.h"

namespace dure::node {

/// Makes the empty file, which appears only when it is whole. Errors: kStorage.
Status create_private_file(const std::string& path, const Schema& schema);
/// Errors: kStorage, kUnsupported (made by a newer program, or not ours).
Result<std::unique_ptr<Database>> open_private_file(const std::string& path, const Schema& schema);
/// Reads the whole file. Errors: kStorage.
Status check_private_file(Database& database);

}  // namespace dure::node
