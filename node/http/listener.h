// SPDX-License-Identifier: Apache-2.0
// Listening sockets: TCP over IPv4 and IPv6, and the Unix socket of the control API.
#pragma once

#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dure/result.h"
#include "http/transport.h"

namespace dure::node::http {

class Listener {
 public:
  struct Accepted {
    UniqueFd socket;
    sockaddr_storage from{};
    bool control = false;
  };

  /// `listen` is HOST:PORT or [v6]:PORT; a host name may have several addresses. `control` may be
  /// empty. Of `kept`, listening sockets of an earlier server, those at the same address are used
  /// on, with who waits there; the others are closed.
  /// Errors: kInvalid (spelling, unknown host), kUnavailable (in use), kRefused (no right).
  static Result<std::unique_ptr<Listener>> open(const std::string& listen,
                                                const std::string& control,
                                                std::vector<UniqueFd> kept = {});

  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// "127.0.0.1:8443" with the port that was really bound.
  const std::string& authority() const { return authority_; }
  std::vector<int> descriptors() const;
  /// Of them, those of TCP: what `open` takes as `kept`.
  std::vector<int> public_descriptors() const;
  /// Accepts what waits at `descriptor`, at most a batch, and calls `each`. Returns how many had to
  /// be turned away because the process has no descriptors left.
  std::size_t accept(int descriptor, const std::function<void(Accepted)>& each);
  /// Accepts nothing more.
  void close();

 private:
  Listener() = default;
  Status open_tcp(const std::string& listen, std::vector<UniqueFd> kept);
  Status open_control(const std::string& path);
  void open_spare();
  /// False: this user has no business at the control socket.
  static bool prepare(const Accepted& accepted);
  bool turn_away(int descriptor);

  std::vector<UniqueFd> tcp_;
  UniqueFd control_;
  UniqueFd spare_;  // given up for a moment to turn somebody away when no descriptor is left
  std::string authority_, control_path_;
};

}  // namespace dure::node::http
