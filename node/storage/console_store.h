// SPDX-License-Identifier: Apache-2.0
// The console over console.db, a file of its own: accounts, drafts and the audit log are in no
// log and no mirror.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "console/ports.h"

namespace dure::node {

class ConsoleFile : public ConsoleStore {
 public:
  /// Copies one moment to the new file `path`. Errors: kConflict, kStorage, kUnavailable (`stop`).
  virtual Status copy_to(const std::string& path, const std::function<bool()>& stop) = 0;
  /// Reads the whole file and the chain of acts. Errors: kStorage, kBadProof.
  virtual Status check() = 0;
};

/// Makes the empty file, which appears only when it is whole, for its owner only. Errors: kStorage.
Status create_console(const std::string& path);
/// Errors: kStorage, kUnsupported (made by a newer program, or not ours).
Result<std::unique_ptr<ConsoleFile>> open_console(const std::string& path);

}  // namespace dure::node
