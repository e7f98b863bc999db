// SPDX-License-Identifier: Apache-2.0
#include "cli/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "dure/encoding.h"

namespace dure::node {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): no thread yet
  return value == nullptr ? "" : value;
}

}  // namespace

ServiceEnvironment service_environment() {
  return {variable("NOTIFY_SOCKET"), variable("WATCHDOG_USEC"), variable("WATCHDOG_PID")};
}

bool ServiceManager::notify(const std::string& state) const {
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
  const auto sent = ::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), length);
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
