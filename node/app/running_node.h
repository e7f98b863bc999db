// SPDX-License-Identifier: Apache-2.0
// A node that serves, pulls and indexes until it is destroyed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/passphrase.h"
#include "dure/result.h"
#include "settings/settings.h"

namespace dure::node {

/// Threads: one.
class RunningNode {
 public:
  /// Opens the node in the settings' data folder and starts everything.
  /// Errors: as open_node; kUnavailable (address in use), kInvalid (address, certificate), kRefused
  /// (no right to bind).
  /// `on_keys_changed` is called at most once, from any thread, when the charter wants this node to
  /// use other keys of its own: then it is to be started again. `kept` are listening sockets of an
  /// earlier process, taken over: used on if they are at the settings' address, else closed.
  static Result<std::unique_ptr<RunningNode>> start(const Settings& settings,
                                                    std::function<void()> on_keys_changed = {},
                                                    std::vector<int> kept = {});
  /// Ends `before` and starts the same node at the same address, as a new process would, but that
  /// nobody is asked for a passphrase. Errors: as start.
  static Result<std::unique_ptr<RunningNode>> start_again(std::unique_ptr<RunningNode> before);
  /// Ends within a few seconds: running requests first, then pulls, indexing, publishing and the
  /// stores.
  virtual ~RunningNode() = default;
  /// "http://127.0.0.1:8420", with the port that was really bound.
  virtual std::string url() const = 0;
  /// Reads the TLS certificate again, and takes up webhooks that were stopped. The old certificate
  /// stays in use if that fails.
  virtual Status reload() = 0;
  virtual bool keys_changed() const = 0;
  /// The listening sockets: who holds copies of them while the node restarts has clients wait, not
  /// fail.
  virtual std::vector<int> listening() const = 0;

 protected:
  /// How to start it again.
  struct Beginning {
    Settings settings;  // with the address that was bound
    std::function<void()> on_keys_changed;
    std::optional<Passphrase> passphrase;
    std::vector<int> kept;  // listening sockets, owned
  };
  virtual Beginning beginning() const = 0;

 private:
  static Result<std::unique_ptr<RunningNode>> start_as(Beginning beginning);
};

}  // namespace dure::node
