// SPDX-License-Identifier: Apache-2.0
// How long a new request waits while others sit idle or send slowly.
//
//   bench_idle_crowd http://127.0.0.1:PORT/PATH [REQUESTS]
// Prints median, p99 and maximum of connect + GET + whole answer, one after another: with nobody
// else there (the floor of the same run), and with 1,000 idle keep-alive connections and 200 slow
// senders. The goal is 50 ms.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "bench/bench_report.h"
#include "http/transport.h"

namespace {

using dure::node::http::UniqueFd;

constexpr std::size_t kIdle = 1000, kSlow = 200;
constexpr std::chrono::milliseconds kPace{100};  // between two bytes of a slow sender

[[noreturn]] void give_up(const char* why) {
  std::perror(why);
  std::exit(3);
}

struct Target {
  sockaddr_in address{};
  std::string path;
};

Target parse(const std::string& url) {
  Target target;
  const auto colon = url.find(':', 7);
  const auto slash = url.find('/', 7);
  const bool whole = colon != std::string::npos && slash != std::string::npos && colon < slash;
  target.address.sin_family = AF_INET;
  if (!whole ||
      inet_pton(AF_INET, url.substr(7, colon - 7).c_str(), &target.address.sin_addr) != 1) {
    std::fprintf(stderr, "usage: bench_idle_crowd http://127.0.0.1:PORT/PATH [REQUESTS]\n");
    std::exit(2);
  }
  target.address.sin_port =
      htons(static_cast<std::uint16_t>(std::stoul(url.substr(colon + 1, slash - colon - 1))));
  target.path = url.substr(slash);
  return target;
}

UniqueFd connect_to(const Target& target) {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto* address = reinterpret_cast<const sockaddr*>(&target.address);
  if (!socket || ::connect(socket.get(), address, sizeof target.address) != 0) give_up("connect");
  return socket;
}

void send_all(const UniqueFd& socket, const std::string& text) {
  const auto sent = ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(text.size())) give_up("send");
}

// One request on a connection of its own; milliseconds from the connect to the end of the answer.
double fresh_request(const Target& target) {
  const auto start = std::chrono::steady_clock::now();
  const auto socket = connect_to(target);
  send_all(socket, "GET " + target.path + " HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n");
  std::string answer, buffer(65536, 0);
  for (;;) {
    const auto count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (count < 0) give_up("recv");
    if (count == 0) break;
    answer.append(buffer, 0, static_cast<std::size_t>(count));
  }
  if (answer.compare(0, 12, "HTTP/1.1 200") != 0) give_up("not answered with 200");
  return dure::node::seconds_since(start) * 1e3;
}

void measure(const Target& target, std::size_t requests, const char* what) {
  std::vector<double> times;
  for (std::size_t i = 0; i < requests; ++i) times.push_back(fresh_request(target));
  std::printf("%-36s median %.2f ms, p99 %.2f ms, max %.2f ms (%zu requests)\n", what,
              dure::node::median(times), dure::node::percentile(times, 0.99),
              dure::node::percentile(times, 1), requests);
}

std::vector<UniqueFd> idle_connections(const Target& target) {
  std::vector<UniqueFd> idle;
  std::string buffer(65536, 0);
  for (std::size_t i = 0; i < kIdle; ++i) {
    idle.push_back(connect_to(target));
    send_all(idle.back(), "HEAD " + target.path + " HTTP/1.1\r\nHost: b\r\n\r\n");
    if (::recv(idle.back().get(), buffer.data(), buffer.size(), 0) <= 0) give_up("recv");
  }
  return idle;
}

// Half of them send heads that do not end, half bodies.
std::vector<UniqueFd> slow_senders(const Target& target) {
  std::vector<UniqueFd> slow;
  for (std::size_t i = 0; i < kSlow; ++i) {
    slow.push_back(connect_to(target));
    send_all(slow.back(), i % 2 == 0
                              ? "GET / HTTP/1.1\r\nHost: b\r\nX: "
                              : "POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 9999\r\n\r\n");
  }
  return slow;
}

// A sender that was turned away meanwhile has had its time; that is no failure here.
void drip(const std::vector<UniqueFd>& slow, const std::atomic<bool>& ended) {
  while (!ended) {
    for (const auto& socket : slow) ::send(socket.get(), "a", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    std::this_thread::sleep_for(kPace);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto target = parse(argc > 1 ? argv[1] : "");
  const std::size_t requests = argc > 2 ? std::stoul(argv[2]) : 500;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) give_up("getrlimit");
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) give_up("setrlimit");

  measure(target, 50, "(warming up)");
  measure(target, requests, "nobody else");
  const auto idle = idle_connections(target);
  const auto slow = slow_senders(target);
  std::atomic<bool> ended{false};
  std::thread dripping([&] { drip(slow, ended); });
  measure(target, requests, "1,000 idle and 200 slow senders");
  ended = true;
  dripping.join();
}
