// SPDX-License-Identifier: Apache-2.0
#include "cli/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <numeric>

#include "dure/encoding.h"

namespace dure::node {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): no thread yet
  return value == nullptr ? "" : value;
}

// What systemd (config/dure.service) keeps at most.
constexpr std::size_t kMostKept = 16;
constexpr int kFirstKept = 3;
constexpr const char* kKeep = "FDSTORE=1\nFDNAME=dure-public";
constexpr const char* kForget = "FDSTOREREMOVE=1\nFDNAME=dure-public";

void attach(msghdr& message, std::span<char> control, std::span<const int> descriptors) {
  message.msg_control = control.data();
  message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
  std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
}

}  // namespace

ServiceEnvironment service_environment() {
  return {variable("NOTIFY_SOCKET"), variable("WATCHDOG_USEC"), variable("WATCHDOG_PID"),
          variable("LISTEN_FDS"), variable("LISTEN_PID")};
}

bool ServiceManager::notify(const std::string& state) const { return send(state, {}); }

bool ServiceManager::keep(std::span<const int> sockets) const {
  if (sockets.empty() || sockets.size() > kMostKept) return false;
  return send(kForget, {}) && send(kKeep, sockets);
}

std::vector<int> ServiceManager::kept() const {
  const auto count = parse_decimal(environment_.kept_sockets);
  if (!count || *count > kMostKept || environment_.kept_process != std::to_string(::getpid()))
    return {};
  std::vector<int> sockets(*count);
  std::iota(sockets.begin(), sockets.end(), kFirstKept);
  return sockets;
}

bool ServiceManager::send(const std::string& state, std::span<const int> descriptors) const {
  const std::string& name = environment_.notify_socket;
  sockaddr_un address{};
  if (name.size() < 2 || name.size() >= sizeof address.sun_path) return false;
  if (name[0] != '/' && name[0] != '@') return false;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  if (name[0] == '@') address.sun_path[0] = '\0';
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  iovec text{const_cast<char*>(state.data()), state.size()};
  msghdr message{};
  message.msg_name = &address;
  message.msg_namelen = length;
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMostKept * sizeof(int))> control{};
  if (!descriptors.empty()) attach(message, control, descriptors);
  const auto sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  ::close(socket);
  return sent == static_cast<ssize_t>(state.size());
}

std::optional<std::chrono::microseconds> ServiceManager::watchdog() const {
  const auto interval = parse_decimal(environment_.watchdog_interval);
  if (!interval || *interval == 0) return std::nullopt;
  const std::string& process = environment_.watchdog_process;
  if (!process.empty() && process != std::to_string(::getpid())) return std::nullopt;
  return std::chrono::microseconds(*interval);
}

}  // namespace dure::node
