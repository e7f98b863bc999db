// SPDX-License-Identifier: Apache-2.0
#include "peer/dial.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace dure::node {
namespace {

using AddressList = std::unique_ptr<addrinfo, FreedBy<freeaddrinfo>>;

std::string system_text(int code) { return std::system_category().message(code); }

Error unavailable(const std::string& what, const std::string& why) {
  return Error{ErrorCode::kUnavailable, what + ": " + why};
}

Result<Descriptor> connect_to(const addrinfo& address, SteadyTime deadline,
                              const std::stop_token& stop) {
  Descriptor socket(::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                             address.ai_protocol));
  if (socket.get() < 0) return unavailable("socket", system_text(errno));
  const int on = 1;
  (void)::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return socket;
  if (errno != EINPROGRESS) return unavailable("connect", system_text(errno));
  if (wait_for(socket.get(), POLLOUT, deadline, stop) != WaitResult::kReady)
    return unavailable("connect", "timed out");
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return unavailable("connect", system_text(error));
  return socket;
}

}  // namespace

WaitResult wait_for(int descriptor, short events, SteadyTime deadline,
                    const std::stop_token& stop) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  for (;;) {
    if (stop.stop_requested()) return WaitResult::kStopped;
    const auto left = duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= milliseconds::zero()) return WaitResult::kTimedOut;
    pollfd waiting{descriptor, events, 0};
    const int ready =
        ::poll(&waiting, 1, static_cast<int>(std::min(left, milliseconds{100}).count()));
    if (ready > 0) return WaitResult::kReady;
    if (ready < 0 && errno != EINTR) return WaitResult::kFailed;
  }
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Descriptor::~Descriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int Descriptor::release() {
  const int descriptor = descriptor_;
  descriptor_ = -1;
  return descriptor;
}

Result<Descriptor> dial_tcp(const BaseUrl& url, std::chrono::milliseconds timeout,
                            const std::stop_token& stop, const AddressRule& rule) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  // AI_ADDRCONFIG hides loopback addresses on a machine without a network: literal addresses need
  // no such filter.
  const bool local = url.host == "localhost";
  if (url.is_ipv6 || local || url.host.find_first_not_of("0123456789.") == std::string::npos) {
    hints.ai_flags = AI_NUMERICSERV;
  }
  addrinfo* found = nullptr;
  // SPEC: RFC 6761 §6.3: localhost is this machine, whatever a resolver says. No name is that.
  const int code = ::getaddrinfo(local ? nullptr : url.host.c_str(),
                                 std::to_string(url.port).c_str(), &hints, &found);
  const AddressList addresses(found);
  if (code != 0) return unavailable("cannot resolve " + url.host, ::gai_strerror(code));
  Error last = unavailable("cannot resolve " + url.host, "no address");
  bool allowed = addresses == nullptr;
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    // What is checked is what is dialled: a name cannot lead elsewhere in between.
    if (rule && !rule(*address->ai_addr)) continue;
    allowed = true;
    auto socket = connect_to(*address, std::chrono::steady_clock::now() + timeout, stop);
    if (socket) return socket;
    last = std::move(socket).error();
    if (stop.stop_requested()) break;
  }
  if (!allowed) return Error{ErrorCode::kRefused, url.host + " is not an address to be asked"};
  return last;
}

Result<Descriptor> dial_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return Error{ErrorCode::kInvalid, "socket path too long: " + printable(path)};
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return unavailable("socket", system_text(errno));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int code = errno;
    if (code == ENOENT || code == ECONNREFUSED)
      return Error{ErrorCode::kNotFound, "no node listens on " + printable(path)};
    return unavailable("connect to " + printable(path), system_text(code));
  }
  const int flags = ::fcntl(socket.get(), F_GETFL);
  if (flags < 0 || ::fcntl(socket.get(), F_SETFL, flags | O_NONBLOCK) < 0)
    return unavailable("fcntl", system_text(errno));
  return socket;
}

}  // namespace dure::node
