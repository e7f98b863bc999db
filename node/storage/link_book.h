// SPDX-License-Identifier: Apache-2.0
// What is known of the addresses in the own entries: a file of its own, which may be lost.
#pragma once

#include <memory>
#include <string>

#include "links/ports.h"
#include "storage/database.h"

namespace dure::node {

/// Makes the file if it is missing. Errors: kStorage, kUnsupported (made by a newer program).
Result<std::unique_ptr<LinkBook>> open_link_book(const std::string& path);
/// Removes the file and what stands beside it. Errors: kStorage.
Status remove_link_book(const std::string& path);

}  // namespace dure::node
