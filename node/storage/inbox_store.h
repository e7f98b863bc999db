// SPDX-License-Identifier: Apache-2.0
// The inbox over inbox.db, a file of its own: what citizens wrote is in no log and no mirror.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "inbox/ports.h"

namespace dure::node {

class InboxFile : public InboxStore {
 public:
  /// Copies one moment to the new file `path`. Errors: kConflict, kStorage, kUnavailable (`stop`).
  virtual Status copy_to(const std::string& path, const std::function<bool()>& stop) = 0;
  /// Reads the whole file. Errors: kStorage, naming the first damage.
  virtual Status check() = 0;
};

/// Makes the empty file, which appears only when it is whole, for its owner only. Errors: kStorage.
Status create_inbox(const std::string& path);
/// Errors: kStorage, kUnsupported (made by a newer program, or not ours).
Result<std::unique_ptr<InboxFile>> open_inbox(const std::string& path);

}  // namespace dure::node
