// SPDX-License-Identifier: Apache-2.0
#include "http/listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>

namespace dure::node::http {
namespace {

constexpr int kBacklog = 4096;
constexpr int kBatch = 64;
constexpr int kFlags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

struct HostPort {
  std::string host, port;
  bool bracketed = false;
};

struct FreeAddresses {
  void operator()(addrinfo* list) const noexcept { freeaddrinfo(list); }
};

std::optional<HostPort> split(const std::string& listen) {
  const auto colon = listen.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  HostPort result{listen.substr(0, colon), listen.substr(colon + 1), listen.front() == '['};
  if (result.bracketed) {
    if (listen[colon - 1] != ']') return std::nullopt;
    result.host = listen.substr(1, colon - 2);
  } else if (result.host.find(':') != std::string::npos) {
    return std::nullopt;
  }
  const bool digits = !result.port.empty() && result.port.size() <= 5 &&
                      std::all_of(result.port.begin(), result.port.end(),
                                  [](char c) { return c >= '0' && c <= '9'; });
  if (result.host.empty() || !digits || std::stoi(result.port) > 65535) return std::nullopt;
  return result;
}

Error bind_error(const std::string& where) {
  const int error = errno;
  const std::string name = printable(where);
  if (error == EADDRINUSE) {
    return {ErrorCode::kUnavailable, "\"" + name + "\" is already in use"};
  }
  if (error == EACCES || error == EPERM) {
    return {ErrorCode::kRefused, "no right to listen on \"" + name + "\""};
  }
  if (error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM) {
    return {ErrorCode::kUnavailable, "no descriptors or memory left to listen on \"" + name + "\""};
  }
  return {ErrorCode::kInvalid,
          "cannot listen on \"" + name + "\": " + std::generic_category().message(error)};
}

int port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                   : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

// REUSEADDR skips the minutes of TIME_WAIT after a restart. Never REUSEPORT: a second node would
// silently get half of the connections.
UniqueFd bind_tcp(const addrinfo& address, int port) {
  UniqueFd socket(::socket(address.ai_family, kFlags, 0));
  const int on = 1;
  sockaddr_storage target{};
  std::memcpy(&target, address.ai_addr, address.ai_addrlen);
  if (port != 0 && address.ai_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6&>(target).sin6_port = htons(static_cast<std::uint16_t>(port));
  } else if (port != 0) {
    reinterpret_cast<sockaddr_in&>(target).sin_port = htons(static_cast<std::uint16_t>(port));
  }
  const bool bound =
      socket && setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      ::bind(socket.get(), reinterpret_cast<sockaddr*>(&target), address.ai_addrlen) == 0 &&
      ::listen(socket.get(), kBacklog) == 0;
  return bound ? std::move(socket) : UniqueFd();
}

// Nothing if none of `kept` listens at exactly this address.
UniqueFd take_kept(std::vector<UniqueFd>& kept, const addrinfo& address) {
  for (auto& socket : kept) {
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    int listening = 0;
    socklen_t flag = sizeof listening;
    const bool fits = getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound), &size) == 0 &&
                      size == address.ai_addrlen &&
                      std::memcmp(&bound, address.ai_addr, size) == 0 &&
                      getsockopt(socket.get(), SOL_SOCKET, SO_ACCEPTCONN, &listening, &flag) == 0 &&
                      listening == 1 && fcntl(socket.get(), F_SETFL, O_NONBLOCK) == 0 &&
                      fcntl(socket.get(), F_SETFD, FD_CLOEXEC) == 0;
    if (fits) return std::move(socket);
  }
  return {};
}

// A socket file that nobody answers is left over from a process that was killed.
bool is_abandoned(const sockaddr_un& address) {
  const UniqueFd probe(::socket(AF_UNIX, kFlags, 0));
  return probe &&
         ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
         errno == ECONNREFUSED;
}

// The file's mode keeps others out; this holds also where somebody has changed it.
bool is_own_user(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 &&
         (credentials.uid == geteuid() || credentials.uid == 0);
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(const std::string& listen,
                                                 const std::string& control,
                                                 std::vector<UniqueFd> kept) {
  std::unique_ptr<Listener> listener(new Listener());
  listener->open_spare();
  if (auto opened = listener->open_tcp(listen, std::move(kept)); !opened)
    return std::move(opened).error();
  if (control.empty()) return listener;
  if (auto opened = listener->open_control(control); !opened) return std::move(opened).error();
  return listener;
}

Listener::~Listener() { close(); }

Status Listener::open_tcp(const std::string& listen, std::vector<UniqueFd> kept) {
  const auto where = split(listen);
  if (!where) {
    return Error{ErrorCode::kInvalid,
                 "\"" + printable(listen) + "\" is not of the form HOST:PORT or [IPv6]:PORT"};
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  // SPEC: RFC 6761 §6.3: localhost is this machine, whatever a resolver says. No name is that.
  const bool local = where->host == "localhost";
  hints.ai_flags = (local ? 0 : AI_PASSIVE) | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(local ? nullptr : where->host.c_str(), where->port.c_str(), &hints, &found) !=
      0) {
    return Error{ErrorCode::kInvalid, "the host of \"" + printable(listen) + "\" is not known"};
  }
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
  int port = std::stoi(where->port);
  for (const auto* address = found; address != nullptr; address = address->ai_next) {
    auto socket = take_kept(kept, *address);
    if (!socket) socket = bind_tcp(*address, port);
    if (!socket) return bind_error(listen);
    port = port_of(socket.get());
    tcp_.push_back(std::move(socket));
  }
  authority_ =
      (where->bracketed ? "[" + where->host + "]" : where->host) + ":" + std::to_string(port);
  return ok();
}

Status Listener::open_control(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Error{ErrorCode::kInvalid, "the path of the control socket is longer than " +
                                          std::to_string(sizeof address.sun_path - 1) +
                                          " bytes: \"" + printable(path) + "\""};
  }
  std::memcpy(address.sun_path, path.c_str(), path.size());
  if (is_abandoned(address)) ::unlink(path.c_str());
  UniqueFd socket(::socket(AF_UNIX, kFlags, 0));
  // The mode of the descriptor becomes that of the file, so that it is never open to others, not
  // for a moment.
  const bool bound =
      socket && ::fchmod(socket.get(), S_IRUSR | S_IWUSR) == 0 &&
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (!bound) return bind_error(path);
  control_path_ = path;
  control_ = std::move(socket);
  if (::listen(control_.get(), kBacklog) != 0) return bind_error(path);
  return ok();
}

std::vector<int> Listener::public_descriptors() const {
  std::vector<int> result;
  for (const auto& socket : tcp_) result.push_back(socket.get());
  return result;
}

std::vector<int> Listener::descriptors() const {
  std::vector<int> result = public_descriptors();
  if (control_) result.push_back(control_.get());
  return result;
}

std::size_t Listener::accept(int descriptor, const std::function<void(Accepted)>& each) {
  std::size_t turned_away = 0;
  for (int count = 0; count < kBatch; ++count) {
    Accepted accepted;
    accepted.control = descriptor == control_.get();
    socklen_t size = sizeof accepted.from;
    accepted.socket.reset(::accept4(descriptor, reinterpret_cast<sockaddr*>(&accepted.from), &size,
                                    SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (accepted.socket) {
      if (prepare(accepted)) each(std::move(accepted));
    } else if ((errno == EMFILE || errno == ENFILE) && spare_) {
      if (turn_away(descriptor)) ++turned_away;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      break;
    }
    if (!spare_) open_spare();
  }
  return turned_away;
}

bool Listener::prepare(const Accepted& accepted) {
  if (accepted.control) return is_own_user(accepted.socket.get());
  const int on = 1;
  setsockopt(accepted.socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return true;
}

// Left in the queue it would make the listener readable for ever, and the loop would spin.
bool Listener::turn_away(int descriptor) {
  spare_.reset();
  return static_cast<bool>(UniqueFd(::accept4(descriptor, nullptr, nullptr, SOCK_CLOEXEC)));
}

void Listener::open_spare() { spare_.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

void Listener::close() {
  tcp_.clear();
  control_.reset();
  if (!control_path_.empty()) ::unlink(control_path_.c_str());
  control_path_.clear();
}

}  // namespace dure::node::http
