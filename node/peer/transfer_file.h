// SPDX-License-Identifier: Apache-2.0
// Reads a transfer file as if it were a peer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "replication/ports.h"

namespace dure::node {

/// An opened transfer file. Threads: any (reads are positional).
class TransferFile {
 public:
  /// Indexes the members; reads no contents but `origin`.
  /// Errors: kNotFound, kStorage (cannot be read), kMalformed (not a transfer file, cut, damaged),
  /// kTooLarge.
  static Result<std::shared_ptr<const TransferFile>> open(const std::string& path);
  virtual ~TransferFile() = default;
  /// The logs inside, in file order.
  virtual const std::vector<std::string>& origins() const = 0;
  /// Serves the paths under /mirror/<hash>/ from the file, whatever the URL.
  virtual OpenSource opener() const = 0;
};

}  // namespace dure::node
