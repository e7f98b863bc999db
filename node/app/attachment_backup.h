// SPDX-License-Identifier: Apache-2.0
// The own attachments in backups. Those of others are fetched again.
#pragma once

#include <cstdint>
#include <string>

#include "dure/result.h"

namespace dure::node {

struct CopiedAttachments {
  std::uint64_t files = 0, bytes = 0;
};

/// Copies what entries of `origin` refer to from one folder of attachments into another, each
/// verified; what is there already stays. A missing `from` has none. Errors: kStorage, kMalformed
/// (a damaged one).
Result<CopiedAttachments> copy_own_attachments(const std::string& from, const std::string& to,
                                               const std::string& origin);
/// Every attachment in a backup is what its name says. Errors: kMalformed, naming one; kStorage.
Result<CopiedAttachments> verify_attachments(const std::string& folder);

}  // namespace dure::node
