// SPDX-License-Identifier: Apache-2.0
// Attachments as files: `<folder>/<two digits>/<commitment>` the bytes, beside it `.chunks` (the
// list as it is served, with the salt) and `.refs` (which entries refer to it), `.part` while it is
// fetched, `<folder>/incoming/` uploads.
#pragma once

#include <memory>
#include <string>

#include "attachments/ports.h"
#include "storage/disk_file.h"

namespace dure::node {

struct AttachmentFilesOptions {
  std::string folder;
  std::string own_origin;
  bool may_write = true;  // else nothing is made or cleared away when it is opened
  std::function<void(std::span<std::uint8_t>)> random;  // fills with unpredictable bytes
  std::function<std::int64_t()> now;                    // POSIX seconds
  /// Whether an entry was erased here; quick, and takes no attachment.
  std::function<bool(const AttachmentOwner&)> is_erased;
  RefersTo refers_to;
  SyncFile sync;  // empty: fsync
};

/// Makes the folder if there is none, and reads what is in it. Errors: kStorage.
Result<std::unique_ptr<AttachmentStore>> open_attachment_files(AttachmentFilesOptions options);

}  // namespace dure::node
