// SPDX-License-Identifier: Apache-2.0
// What is told of a record that is not shown any more.
#pragma once

#include "catalogue/search_service.h"
#include "http/message.h"

namespace dure::node::http {

/// 410 with the publisher's words.
Response tombstone(const RecordView& view);
/// 410: of an entry that was erased everywhere nothing is told but that, and why.
Response erased(const RecordView& view);

}  // namespace dure::node::http
