// SPDX-License-Identifier: Apache-2.0
// Attachments for everybody: the bytes, never in memory whole, and the list by which they are
// verified.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "attachments/attachment_list.h"
#include "attachments/ports.h"
#include "http/router.h"

namespace dure::node::http {

struct AttachmentRoutePorts {
  const AttachmentStore* store = nullptr;
  /// What the public entry that refers to it says of it; nothing if no entry here does.
  std::function<std::optional<AttachmentRef>(const Hash& commitment)> describe;
  std::size_t most_downloads = 256;  // at the same time; each holds a file open
};

/// Registers (PROTOCOL.md §23)
///   GET /attachments/{commitment}         one Range, ETag, always as a download
///   GET /attachments/{commitment}/chunks
void add_attachment_routes(Router& router, AttachmentRoutePorts ports);

}  // namespace dure::node::http
