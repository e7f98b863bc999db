// SPDX-License-Identifier: Apache-2.0
// Clients that send or read slowly, or not at all: deadlines that their bytes do not move.
#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

#include "client.h"

namespace dure::node::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::Client;
using testing::hello;
using testing::since;
using testing::start;
using testing::TemporaryFolder;

TEST(SlowClientTest, SlowHeadsEndAtTheDeadlineThoughBytesKeepComing) {
  ServerOptions options;
  options.limits.head_deadline = milliseconds(300);
  const auto server = start(options, hello);
  auto client = Client::to(server->url());
  const auto begin = steady_clock::now();
  client.send("GET / HTTP/1.1\r\nHost: t\r\nX: ");
  std::thread drip([&] {
    while (since(begin) < milliseconds(2600) && client.send("a")) {
      ::poll(nullptr, 0, 5);  // the pace of a slow sender
    }
  });
  EXPECT_EQ(client.read().status, 408);
  EXPECT_GE(since(begin), milliseconds(300));
  EXPECT_LT(since(begin), milliseconds(2500));
  drip.join();
  EXPECT_EQ(server->counters().timed_out, 1U);
}

TEST(SlowClientTest, SlowBodiesEndAtTheDeadlineAndHoldNoWorker) {
  ServerOptions options;
  options.workers = 1;
  options.limits.body_deadline = milliseconds(400);
  const auto server = start(options, hello);
  std::vector<Client> slow;
  for (int i = 0; i < 8; ++i) {
    slow.push_back(Client::to(server->url()));
    slow.back().send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\na");
  }
  EXPECT_EQ(Client::to(server->url()).get("/").status, 200);
  for (auto& client : slow) EXPECT_EQ(client.read().status, 408);
}

TEST(SlowClientTest, IdleConnectionsEndAtTheTimeout) {
  ServerOptions options;
  options.limits.idle_timeout = milliseconds(300);
  const auto server = start(options, hello);
  auto client = Client::to(server->url());
  EXPECT_EQ(client.get("/").status, 200);
  const auto begin = steady_clock::now();
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_LT(since(begin), milliseconds(5000));
  EXPECT_EQ(server->counters().timed_out, 0U);
}

TEST(SlowClientTest, SlowReadersHoldNoWorkerAndEndAtTheDeadline) {
  const auto large = std::make_shared<const std::string>(32 << 20, 'z');
  ServerOptions options;
  options.workers = 1;
  options.limits.write_deadline = milliseconds(400);
  const auto server = start(options, [&](const Request& request) {
    if (request.path == "/small") return hello(request);
    Response response;
    response.body = large;
    return response;
  });
  std::vector<Client> slow;
  for (int i = 0; i < 8; ++i) {
    slow.push_back(Client::to(server->url()));
    slow.back().set_receive_buffer(4096);
    slow.back().send("GET /large HTTP/1.1\r\nHost: t\r\n\r\n");
  }
  const auto begin = steady_clock::now();
  EXPECT_EQ(Client::to(server->url()).get("/small").status, 200);
  while (server->counters().timed_out < 8 && since(begin) < milliseconds(2500))
    std::this_thread::yield();
  EXPECT_EQ(server->counters().timed_out, 8U);
  // Reset, not closed: the kernel does not keep megabytes for a reader that may never come.
  EXPECT_TRUE(slow.front().reset_within(milliseconds(2000)));
}

// 64 MiB for whoever asks, and little time for it.
std::unique_ptr<Server> start_with_large_body(milliseconds write_deadline,
                                              const std::string& control_socket = {}) {
  const auto large = std::make_shared<const std::string>(64 << 20, 'z');
  ServerOptions options;
  options.control_socket = control_socket;
  options.limits.write_deadline = write_deadline;
  return start(options, [large](const Request&) {
    Response response;
    response.body = large;
    return response;
  });
}

// Some bytes now and then do not move the deadline; 256 KiB would. Over a Unix socket, whose buffer
// is of one size everywhere: the server notices about every 160 KiB, which this reader needs 0.4 s
// for.
TEST(SlowClientTest, DrippingReadersEndAtTheDeadline) {
  const TemporaryFolder folder;
  const auto server = start_with_large_body(milliseconds(600), folder.path("control.sock"));
  auto client = Client::to_control(folder.path("control.sock"));
  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto begin = steady_clock::now();
  while (server->counters().timed_out == 0 && since(begin) < milliseconds(3000)) {
    client.read_at_most(4096, milliseconds(10));
    ::poll(nullptr, 0, 10);  // the pace of a slow reader
  }
  EXPECT_EQ(server->counters().timed_out, 1U);
}

TEST(SlowClientTest, SteadyReadersAreServedHoweverLongItTakes) {
  const auto server = start_with_large_body(milliseconds(500));
  auto client = Client::to(server->url());
  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto begin = steady_clock::now();
  std::size_t got = 0;
  while (since(begin) < milliseconds(1200)) {
    got += client.read_at_most(256 * 1024, milliseconds(1000));
    ::poll(nullptr, 0, 10);
  }
  EXPECT_LT(got, 60U << 20) << "too fast to tell";
  got += client.read_at_most((64U << 20) - got, milliseconds(8000));
  EXPECT_EQ(got, 64U << 20);
  EXPECT_EQ(server->counters().timed_out, 0U);
}

}  // namespace
}  // namespace dure::node::http
