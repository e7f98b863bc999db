// SPDX-License-Identifier: Apache-2.0
// What was seen to stop, fill or mislead cpp-httplib 0.11.4, one test for each guard, red without
// it. See also slow_clients_test.cc, uploads_test.cc, limits_test.cc and the table in
// docs/adr/0001-http-front.md.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>

#include <atomic>
#include <cstdlib>
#include <future>
#include <stdexcept>
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
using testing::status_after;

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

// A client that sends many requests at once must not keep the worker until all are answered.
TEST(HazardTest, ClientsTakeTurns) {
  std::promise<void> release;
  std::atomic<int> served{0}, turn_of_other{0};
  ServerOptions options;
  options.workers = 1;
  const auto server = start(options, [&](const Request& request) {
    if (request.path == "/first") release.get_future().wait();
    const int turn = ++served;
    if (request.path == "/other") turn_of_other = turn;
    return hello(request);
  });
  auto greedy = Client::to(server->url());
  std::string all = "GET /first HTTP/1.1\r\nHost: t\r\n\r\n";
  for (int i = 0; i < 300; ++i) all += "GET / HTTP/1.1\r\nHost: t\r\n\r\n";
  greedy.send(all);
  auto other = Client::to(server->url());
  other.send("GET /other HTTP/1.1\r\nHost: t\r\n\r\n");
  while (server->counters().open < 2) std::this_thread::yield();
  release.set_value();
  EXPECT_EQ(other.read().status, 200);
  EXPECT_LT(turn_of_other, 100);
}

std::size_t heap_in_use() {
  const auto heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

TEST(HazardTest, IdleConnectionsGiveTheirBuffersBack) {
  ServerOptions options;
  options.workers = 1;
  const auto server = start(options, hello);
  const std::string upload =
      "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'a');
  const auto before = heap_in_use();
  std::vector<Client> idle;
  for (int i = 0; i < 32; ++i) {
    idle.push_back(Client::to(server->url()));
    idle.back().send(upload);
    ASSERT_EQ(idle.back().read().status, 200);
  }
  // The worker lets go of the last body with the next request.
  EXPECT_EQ(idle.front().get("/").status, 200);
  EXPECT_LT(heap_in_use(), before + (1U << 19));
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
  while ((*server)->counters().refused == 0 && since(begin) < milliseconds(30'000)) {
    std::this_thread::yield();
  }
  const bool refused = (*server)->counters().refused > 0;
  clients.erase(clients.begin() + 1, clients.end());
  // With descriptors free again the server serves as before.
  int status = 0;
  while (status != 200 && since(begin) < milliseconds(60'000)) {
    status = Client::to((*server)->url()).get("/").status;
  }
  // The exit status tells which of the three failed.
  if (!refused) std::_Exit(1);
  if (status != 200) std::_Exit(2);
  std::_Exit(clients.front().get("/").status == 200 ? 0 : 3);
}

TEST(HazardDeathTest, RunningOutOfDescriptorsIsSurvived) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(run_out_of_descriptors(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace dure::node::http
