// SPDX-License-Identifier: Apache-2.0
// Erasing from the console, and what became of it.
#pragma once

#include <vector>

#include "app/node_parts.h"
#include "console/drafts.h"
#include "web/console_view.h"

namespace dure::node {

/// Erases all revisions of a record up to the one that was looked at. Errors: kConflict (there is a
/// newer one), those of erase_record().
Status erase_approved(NodeParts& node, const ErasureWish& wish);
/// What the own log erased and who has sent a receipt; reasons are codes. Errors: kStorage.
Result<std::vector<ErasureRow>> console_erasures(NodeParts& node);

}  // namespace dure::node
