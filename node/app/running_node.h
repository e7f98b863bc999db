// SPDX-License-Identifier: Apache-2.0
// A node that serves, pulls and indexes until it is destroyed.
#pragma once

#include <memory>
#include <string>

#include "dure/result.h"
#include "settings/settings.h"

namespace dure::node {

/// Threads: one.
class RunningNode {
 public:
  /// Opens the node in the settings' data folder and starts everything.
  /// Errors: as open_node; kUnavailable (address in use), kInvalid (address, certificate), kRefused
  /// (no right to bind).
  static Result<std::unique_ptr<RunningNode>> start(const Settings& settings);
  /// Ends within a few seconds: running requests first, then pulls, indexing, publishing and the
  /// stores.
  virtual ~RunningNode() = default;
  /// "http://127.0.0.1:8420", with the port that was really bound.
  virtual std::string url() const = 0;
  /// Reads the TLS certificate again. The old one stays in use if that fails.
  virtual Status reload() = 0;
};

}  // namespace dure::node
