// SPDX-License-Identifier: Apache-2.0
// Tells the service manager how the node is: sd_notify(3), sd_watchdog_enabled(3) and
// sd_listen_fds(3), whose protocol is one datagram. libsystemd would load seven further libraries
// into every command.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dure::node {

/// What the service manager put into the environment of the process it started.
struct ServiceEnvironment {
  std::string notify_socket;      // NOTIFY_SOCKET: a path, or an abstract name after '@'
  std::string watchdog_interval;  // WATCHDOG_USEC, microseconds
  std::string watchdog_process;   // WATCHDOG_PID, or empty: every process
  std::string kept_sockets = {};  // LISTEN_FDS: how many descriptors, from 3 on
  std::string kept_process = {};  // LISTEN_PID: for whom
};

/// Threads: one. Outside a service manager it does nothing.
class ServiceManager {
 public:
  explicit ServiceManager(ServiceEnvironment environment) : environment_(std::move(environment)) {}

  /// `state` is one line, e.g. "READY=1". False if nobody could be told.
  bool notify(const std::string& state) const;
  /// Gives it copies of listening sockets in place of earlier ones. It hands them to the process
  /// that it starts in this one's place, and until that one accepts, clients wait there.
  bool keep(std::span<const int> sockets) const;
  /// What an earlier process gave it; to be called once.
  std::vector<int> kept() const;
  /// How often it wants to hear "WATCHDOG=1" at the latest; empty if it does not watch this
  /// process.
  std::optional<std::chrono::microseconds> watchdog() const;

 private:
  bool send(const std::string& state, std::span<const int> descriptors) const;

  const ServiceEnvironment environment_;
};

/// Reads the environment; before threads are started.
ServiceEnvironment service_environment();

}  // namespace dure::node
