// SPDX-License-Identifier: Apache-2.0
#include "http/core.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace dure::node::http {
namespace {

constexpr std::size_t kRememberedClients = 65'536;

// Leaves descriptors for the databases, the peers and everything else in the process.
std::size_t connections_within_descriptor_limit(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  const auto all = static_cast<std::size_t>(limit.rlim_cur);
  const auto kept = std::clamp<std::size_t>(all / 4, 16, 256);
  return std::max<std::size_t>(1, std::min(wanted, all > kept ? all - kept : 1));
}

Status open_descriptors(Core& core) {
  core.poll.reset(epoll_create1(EPOLL_CLOEXEC));
  core.end_event.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  core.wake_event.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  if (!core.poll || !core.end_event || !core.wake_event ||
      epoll_ctl(core.poll.get(), EPOLL_CTL_ADD, core.end_event.get(), &event) != 0) {
    return Error{ErrorCode::kUnavailable, "no file descriptors left for the HTTP server"};
  }
  return ok();
}

}  // namespace

Core::Core(ServerOptions given, Handle given_handler)
    : options(std::move(given)),
      handler(std::move(given_handler)),
      live(*this),
      table([this] { wake(); }) {}

Result<std::unique_ptr<Core>> Core::make(ServerOptions options, Handle handler) {
  auto core = std::make_unique<Core>(std::move(options), std::move(handler));
  auto trusted = AddressSet::parse(core->options.trusted_proxies);
  if (!trusted) return std::move(trusted).error();
  core->trusted_proxies = *std::move(trusted);

  const auto& set = core->options;
  if (set.tls_certificate.empty() != set.tls_key.empty()) {
    return Error{ErrorCode::kInvalid, "TLS needs both a certificate and a key"};
  }
  if (!set.tls_certificate.empty()) {
    auto tls = TlsContext::load(set.tls_certificate, set.tls_key);
    if (!tls) return std::move(tls).error();
    core->tls = *std::move(tls);
  }
  if (set.limits.requests_per_second > 0) {
    core->rate_limiter = std::make_unique<RateLimiter>(
        set.limits.requests_per_second, set.limits.request_burst, kRememberedClients,
        [] { return std::chrono::steady_clock::now(); });
  }
  core->most_connections = connections_within_descriptor_limit(set.limits.connections);
  if (auto opened = open_descriptors(*core); !opened) return std::move(opened).error();
  if (auto started = core->live.start(); !started) return std::move(started).error();
  return core;
}

void Core::wake() {
  const std::uint64_t one = 1;
  // Can only fail if the counter is full, and then it wakes anyway.
  [[maybe_unused]] const auto written = ::write(wake_event.get(), &one, sizeof one);
}

void Core::close(Connection& connection) {
  release(connection);
  const bool counted = !connection.peer.control && !connection.peer.trusted;
  if (counted) per_client.leave(connection.peer.address);
  table.remove(connection);
}

bool Core::reserve(Connection& connection, std::size_t bytes) {
  if (connection.peer.control) return true;
  // A connection that does not fit gives back in the same step, so that two never refuse each
  // other.
  auto held = buffered.load();
  bool fits = false;
  do {
    fits = held + bytes <= options.limits.buffered_body_bytes;
  } while (!buffered.compare_exchange_weak(held, fits ? held + bytes : held - connection.reserved));
  connection.reserved = fits ? connection.reserved + bytes : 0;
  return fits;
}

void Core::release(Connection& connection) {
  if (connection.reserved == 0) return;
  buffered.fetch_sub(connection.reserved);
  connection.reserved = 0;
}

std::size_t Core::body_limit(const Connection& connection) const {
  return connection.peer.control ? options.control_body_bytes : options.limits.body_bytes;
}

}  // namespace dure::node::http
