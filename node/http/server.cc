// SPDX-License-Identifier: Apache-2.0
// Starts and stops the threads: one that accepts and keeps the deadlines, and the workers.
#include "http/server.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <random>
#include <thread>

#include "http/core.h"
#include "http/listener.h"
#include "http/worker.h"

namespace dure::node::http {
namespace {

constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: "
    "5\r\n\r\n";

// After a stop began, for who had connected and not asked yet.
constexpr std::chrono::seconds kFirstRequest{1};

class FrontServer final : public Server {
 public:
  FrontServer(std::unique_ptr<Core> core, std::unique_ptr<Listener> listener, UniqueFd accept_poll)
      : core_(std::move(core)),
        listener_(std::move(listener)),
        accept_poll_(std::move(accept_poll)),
        url_((core_->tls ? "https://" : "http://") + listener_->authority()) {}

  ~FrontServer() override { stop(std::chrono::milliseconds(0)); }

  void start_threads() {
    std::random_device random;
    for (std::size_t i = 0; i < std::max<std::size_t>(1, core_->options.workers); ++i) {
      const auto seed = (std::uint64_t{random()} << 32U) | random();
      workers_.emplace_back([core = core_.get(), seed] {
        // On the heap: it holds a read buffer.
        std::make_unique<Worker>(*core, seed)->run();
      });
    }
    acceptor_ = std::thread([this] { accept_until_stopped(); });
  }

  std::string url() const override { return url_; }

  ServerCounters counters() const override {
    const auto& counters = core_->counters;
    return {counters.connections, counters.requests, counters.refused,    counters.rate_limited,
            counters.timed_out,   counters.failed,   core_->table.size(), core_->live.open()};
  }

  std::vector<int> listening() const override { return listener_->public_descriptors(); }

  void tell_streams() const override { core_->live.tell(); }

  Status reload_tls() override { return core_->tls ? core_->tls->reload() : ok(); }

  void stop(std::chrono::milliseconds grace) override {
    if (!acceptor_.joinable()) return;
    const auto until = std::chrono::steady_clock::now() + grace;
    core_->stopping = true;
    core_->wake();
    listening_ended_.wait(false);
    core_->table.close_idle(std::min(until, std::chrono::steady_clock::now() + kFirstRequest));
    core_->live.end();
    if (!core_->table.wait_until_empty(until)) {
      core_->table.close_all();
      // A handler cannot be interrupted; what it holds is released when it returns and its worker
      // ends.
      core_->table.wait_until_empty(std::chrono::steady_clock::now() + std::chrono::seconds(1));
    }
    ended_ = true;
    core_->wake();
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(core_->end_event.get(), &one, sizeof one);
    for (auto& worker : workers_) worker.join();
    acceptor_.join();
  }

 private:
  void accept_until_stopped() {
    epoll_event event{};
    while (!ended_) {
      if (core_->stopping && !listening_ended_) {
        listener_->close();
        listening_ended_ = true;
        listening_ended_.notify_all();
      }
      const int timeout = milliseconds_until(core_->table.expire(std::chrono::steady_clock::now()));
      if (epoll_wait(accept_poll_.get(), &event, 1, timeout) != 1) continue;
      if (event.data.fd == core_->wake_event.get()) {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto read = ::read(event.data.fd, &count, sizeof count);
      } else if (!core_->stopping) {
        const auto turned_away = listener_->accept(
            event.data.fd, [this](Listener::Accepted accepted) { welcome(std::move(accepted)); });
        core_->counters.refused += turned_away;
      }
    }
  }

  // Rounded up, so that the deadline has passed when the wait ends.
  static int milliseconds_until(Instant when) {
    if (when == kNever) return -1;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(when - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
  }

  void welcome(Listener::Accepted accepted) {
    Peer peer;
    peer.control = accepted.control;
    if (const auto address = address_of(reinterpret_cast<const sockaddr&>(accepted.from))) {
      peer.address = *address;
    }
    peer.text = accepted.control ? "control" : peer.address.text();
    peer.trusted = !accepted.control && core_->trusted_proxies.contains(peer.address);
    if (!has_room_for(peer)) {
      core_->counters.refused += 1;
      if (!core_->tls) {
        [[maybe_unused]] const auto sent =
            ::send(accepted.socket.get(), kFull.data(), kFull.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      }
      return;
    }
    core_->counters.connections += 1;
    admit(std::move(accepted), std::move(peer));
  }

  // Counts the connection if there is.
  bool has_room_for(const Peer& peer) {
    if (peer.control) return true;
    if (core_->table.size() >= core_->most_connections) return false;
    return peer.trusted ||
           core_->per_client.enter(peer.address, core_->options.limits.connections_per_client);
  }

  void admit(Listener::Accepted accepted, Peer peer) {
    const auto& limits = core_->options.limits;
    const bool secured = core_->tls && !accepted.control;
    const int fd = accepted.socket.get();
    auto session = secured ? core_->tls->session(fd) : nullptr;
    const bool usable = !secured || session != nullptr;
    auto& connection = core_->table.add(std::make_unique<Connection>(
        Transport(std::move(accepted.socket), std::move(session)), std::move(peer)));
    connection.phase = secured ? Phase::kHandshake : Phase::kFresh;
    core_->table.set_deadline(
        connection,
        std::chrono::steady_clock::now() + (secured ? limits.head_deadline : limits.idle_timeout));
    epoll_event event{};
    event.events = EPOLLIN | EPOLLONESHOT;
    event.data.ptr = &connection;
    if (!usable || epoll_ctl(core_->poll.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
      core_->close(connection);
    }
  }

  const std::unique_ptr<Core> core_;
  const std::unique_ptr<Listener> listener_;  // (accepting thread)
  const UniqueFd accept_poll_;
  const std::string url_;
  std::vector<std::thread> workers_;
  std::thread acceptor_;
  std::atomic<bool> listening_ended_{false}, ended_{false};
};

Result<UniqueFd> poll_listeners(const Core& core, const Listener& listener) {
  UniqueFd poll(epoll_create1(EPOLL_CLOEXEC));
  auto watched = listener.descriptors();
  watched.push_back(core.wake_event.get());
  for (const int descriptor : watched) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    if (!poll || epoll_ctl(poll.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
      return Error{ErrorCode::kUnavailable, "no file descriptors left for the HTTP server"};
    }
  }
  return poll;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options,
                                              std::function<Response(const Request&)> handler) {
  // OpenSSL writes without MSG_NOSIGNAL: a client that hangs up must not end the process.
  if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
    return Error{ErrorCode::kInternal, "SIGPIPE cannot be ignored"};
  }
  std::vector<UniqueFd> kept;
  for (const int socket : options.kept) kept.emplace_back(socket);
  auto core = Core::make(std::move(options), std::move(handler));
  if (!core) return std::move(core).error();
  auto listener =
      Listener::open((*core)->options.listen, (*core)->options.control_socket, std::move(kept));
  if (!listener) return std::move(listener).error();
  auto poll = poll_listeners(**core, **listener);
  if (!poll) return std::move(poll).error();
  auto server =
      std::make_unique<FrontServer>(*std::move(core), *std::move(listener), *std::move(poll));
  server->start_threads();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace dure::node::http
