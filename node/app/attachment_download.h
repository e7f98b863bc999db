// SPDX-License-Identifier: Apache-2.0
// One attachment into a file of the operator's: from the own node, else from whoever has it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/node_access.h"
#include "dure/encoding.h"

namespace dure::node {

struct AttachmentDownload {
  std::uint64_t size = 0;
  Hash commitment{};
  std::string path;               // must not be there; `<path>.part` is, while it comes
  std::vector<std::string> urls;  // of others, if the node of the folder has it not
  std::function<void(std::uint64_t bytes)> on_progress;  // may be empty
};

/// Goes on where an earlier try ended. Every chunk is verified before it is written, and the file
/// gets its name when all of it is on disk. Errors: kConflict (`path` is there), kStorage, and
/// those of fetch_attachment.
Status download_attachment(const Settings& settings, NodeAccess& node,
                           const AttachmentDownload& wanted);

}  // namespace dure::node
