// SPDX-License-Identifier: Apache-2.0
// What was seen to stop or fill cpp-httplib 0.11.4: one test for each guard, red without it.
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "client.h"

namespace dure::node::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::Client;
using testing::hello;
using testing::start;

milliseconds since(steady_clock::time_point begin) {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
}

int status_after(Server& server, const std::string& bytes) {
  auto client = Client::to(server.url());
  client.send(bytes);
  return client.read().status;
}

TEST(HazardTest, NagleAndDelayedAcknowledgementDoNotMeet) {
  const auto server = start(
      {}, [](const Request&) { return make_response(200, "text/plain", std::string(4000, 'x')); });
  auto client = Client::to(server->url());
  const std::string request = "GET / HTTP/1.1\r\nHost: t\r\n\r\n";
  const auto begin = steady_clock::now();
  // The second answer of a pair is what waits for the acknowledgement of the first.
  for (int i = 0; i < 60; ++i) {
    client.send(request + request);
    ASSERT_EQ(client.read().status, 200);
    ASSERT_EQ(client.read().status, 200);
  }
  EXPECT_LT(since(begin), milliseconds(1500));  // 60 × 40 ms with the delay
}

TEST(HazardTest, SlowHeadsEndAtTheDeadlineThoughBytesKeepComing) {
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

TEST(HazardTest, SlowBodiesEndAtTheDeadlineAndHoldNoWorker) {
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

TEST(HazardTest, IdleConnectionsEndAtTheTimeout) {
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

TEST(HazardTest, SlowReadersHoldNoWorkerAndEndAtTheDeadline) {
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
  EXPECT_LT(slow.front().read_all().size(), 1U << 20);
  EXPECT_LT(since(begin), milliseconds(3000));
}

TEST(HazardTest, ChunkedBodiesAreRefusedBeforeTheyAreRead) {
  const auto server = start({}, hello);
  const std::string head = "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(status_after(*server, head + "5\r\nhello\r\n0\r\n\r\n"), 411);
  EXPECT_EQ(status_after(*server, head + "-2\r\n" + std::string(1000, 'a')), 411);
  EXPECT_EQ(server->counters().requests, 0U);
}

TEST(HazardTest, BodiesOverTheLimitAreRefusedByTheirHead) {
  ServerOptions options;
  options.limits.body_bytes = 1000;
  const auto server = start(options, hello);
  EXPECT_EQ(status_after(*server, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1001\r\n\r\n"),
            413);
  EXPECT_EQ(status_after(*server, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 2000000\r\n\r\n" +
                                      std::string(2000000, 'a')),
            413);
  EXPECT_EQ(status_after(*server, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\n" +
                                      std::string(1000, 'a')),
            200);
}

TEST(HazardTest, BodiesOfAllConnectionsShareABudget) {
  ServerOptions options;
  options.limits.body_bytes = 100'000;
  options.limits.buffered_body_bytes = 150'000;
  const auto server = start(options, hello);
  const std::string head = "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\n\r\n";
  auto first = Client::to(server->url());
  first.send(head);
  first.send(std::string(90'000, 'a'));
  auto second = Client::to(server->url());
  second.send(head);
  second.send(std::string(90'000, 'a'));
  // Whichever comes second is refused, and the other is served once it is whole.
  const auto begin = steady_clock::now();
  Client* refused = nullptr;
  while (refused == nullptr && since(begin) < milliseconds(8000)) {
    if (first.readable_within(milliseconds(10))) refused = &first;
    if (second.readable_within(milliseconds(10))) refused = &second;
  }
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->read().status, 503);
  auto& served = refused == &first ? second : first;
  served.send(std::string(10'000, 'a'));
  EXPECT_EQ(served.read().status, 200);
  EXPECT_EQ(status_after(*server, head + std::string(100'000, 'a')), 200)
      << "the budget was not given back";
}

TEST(HazardTest, HeadersAreBoundedInNumberAndSize) {
  const auto server = start({}, hello);
  std::string many = "GET / HTTP/1.1\r\nHost: t\r\n";
  for (int i = 0; i < 101; ++i) many += "A" + std::to_string(i) + ": b\r\n";
  EXPECT_EQ(status_after(*server, many), 431);
  EXPECT_EQ(status_after(*server, "GET / HTTP/1.1\r\nHost: t\r\nA: " + std::string(20'000, 'a')),
            431);
  EXPECT_EQ(status_after(*server, "GET /" + std::string(1 << 20, 'a')), 414);
}

TEST(HazardTest, OverlappingRangesDoNotMultiplyTheBody) {
  const auto server = start({}, [](const Request&) {
    auto response = make_response(200, "text/plain", std::string(1 << 20, 'z'));
    response.allow_range = true;
    return response;
  });
  std::string ranges = "Range: bytes=0-";
  for (int i = 0; i < 499; ++i) ranges += ",0-";
  auto client = Client::to(server->url());
  const auto answer = client.get("/", ranges + "\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.size(), 1U << 20);
  // The library's own reader is a regular expression that recurses over the field, and answers 416.
  std::string long_list = "Range: bytes=1-2";
  for (int i = 0; i < 1800; ++i) long_list += ",1-2";
  EXPECT_EQ(client.get("/", long_list + "\r\n").status, 200);
}

TEST(HazardTest, EncodedRequestBodiesAreRefused) {
  const auto server = start({}, hello);
  EXPECT_EQ(
      status_after(
          *server,
          "POST / HTTP/1.1\r\nHost: t\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
      415);
}

TEST(HazardTest, TheClientsAddressComesFromTheSocket) {
  const auto server = start(
      {}, [](const Request& request) { return make_response(200, "text/plain", request.client); });
  for (const std::string name : {"REMOTE_ADDR", "REMOTE_PORT", "LOCAL_ADDR", "LOCAL_PORT"}) {
    EXPECT_EQ(status_after(*server, "GET / HTTP/1.1\r\nHost: t\r\n" + name + ": 6.6.6.6\r\n\r\n"),
              400)
        << name;
  }
  auto client = Client::to(server->url());
  EXPECT_EQ(client.get("/", "X-Forwarded-For: 6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\n").body,
            "127.0.0.1");
}

TEST(HazardTest, TrustedProxiesNameTheClient) {
  ServerOptions options;
  options.trusted_proxies = {"127.0.0.0/8"};
  const auto server = start(options, [](const Request& request) {
    return make_response(200, "text/plain", request.client);
  });
  auto client = Client::to(server->url());
  EXPECT_EQ(client.get("/", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 192.0.2.9\r\n").body,
            "192.0.2.9");
  EXPECT_EQ(client.get("/").body, "127.0.0.1");
}

TEST(HazardTest, ExceptionsTellTheClientNothing) {
  std::string noted;
  ServerOptions options;
  options.log = [&](const Request&, const Response& response, std::chrono::microseconds) {
    noted = response.note;
  };
  const auto server =
      start(options, [](const Request&) -> Response { throw std::runtime_error("secret"); });
  auto client = Client::to(server->url());
  const auto answer = client.get("/");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
  EXPECT_EQ((answer.head + answer.body).find("secret"), std::string::npos);
  EXPECT_EQ(client.get("/").status, 500) << "the connection and the worker go on";
  server->stop(std::chrono::seconds(5));
  EXPECT_EQ(noted, "secret");
  EXPECT_EQ(server->counters().failed, 2U);
}

TEST(HazardTest, HandlersCannotSplitAnAnswer) {
  const auto server = start({}, [](const Request& request) {
    auto response = hello(request);
    response.headers.emplace_back("X-Echo", "a\r\nSet-Cookie: b");
    return response;
  });
  EXPECT_EQ(Client::to(server->url()).get("/").head.find("Set-Cookie"), std::string::npos);
}

TEST(HazardTest, PathTricksAreRefused) {
  const auto server = start({}, hello);
  for (const std::string path :
       {"/a/../../etc/passwd", "/%2e%2e/x", "/a%2fb", "/%00", "/%0d%0ax", "//x"}) {
    EXPECT_EQ(status_after(*server, "GET " + path + " HTTP/1.1\r\nHost: t\r\n\r\n"), 400) << path;
  }
}

// Runs in a child process, because the limit is one of the whole process. Both ends of each
// connection are in it.
[[noreturn]] void run_out_of_descriptors() {
  const rlimit few{64, 64};
  if (setrlimit(RLIMIT_NOFILE, &few) != 0) std::_Exit(9);
  const auto server = Server::start({}, hello);
  if (!server) std::_Exit(8);
  // Sockets until nothing is left, then three descriptors for the server to accept with.
  std::vector<Client> clients;
  do {
    clients.push_back(Client::unconnected());
  } while (clients.back().connected());
  clients.erase(clients.end() - 4, clients.end());
  for (auto& client : clients) client.connect((*server)->url());
  const auto begin = steady_clock::now();
  while ((*server)->counters().refused == 0 && since(begin) < milliseconds(5000)) {
    std::this_thread::yield();
  }
  const bool refused = (*server)->counters().refused > 0;
  clients.erase(clients.begin() + 1, clients.end());
  // With descriptors free again the server serves as before.
  int status = 0;
  while (status != 200 && since(begin) < milliseconds(9000)) {
    status = Client::to((*server)->url()).get("/").status;
  }
  const bool first_lives = clients.front().get("/").status == 200;
  std::_Exit(refused && status == 200 && first_lives ? 0 : 1);
}

TEST(HazardDeathTest, RunningOutOfDescriptorsIsSurvived) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(run_out_of_descriptors(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace dure::node::http
