// SPDX-License-Identifier: Apache-2.0
// How a command reaches the node of a data folder: the running one through its control socket, or,
// if none runs, one opened for this command alone. Both answer the same requests.
#pragma once

#include <memory>
#include <string>

#include "dure/result.h"
#include "settings/settings.h"

namespace dure::node {

struct NodeAnswer {
  int status = 0;
  std::string content_type;
  std::string body;
};

class NodeAccess {
 public:
  virtual ~NodeAccess() = default;
  /// `target` is path and query, percent-encoded. Errors: kUnavailable (the node stopped
  /// answering), kTooLarge.
  virtual Result<NodeAnswer> call(const std::string& method, const std::string& target,
                                  const std::string& body) = 0;
  /// True if a serving node answers.
  virtual bool running() const = 0;
};

enum class Purpose {
  kInspect,  // searches nothing
  kRead,
  kWrite
};

/// Waits a few seconds if another command holds the folder.
/// Errors: kNotFound (no node in the folder), kRefused (locked), kStorage, and what opening a node
/// can say.
Result<std::unique_ptr<NodeAccess>> reach_node(const Settings& settings, Purpose purpose);

}  // namespace dure::node
