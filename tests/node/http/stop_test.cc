// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "client.h"

namespace dure::node::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::Client;
using testing::hello;
using testing::start;

TEST(StopTest, ClosesIdleConnectionsAtOnce) {
  const auto server = start({}, hello);
  std::vector<Client> idle;
  for (int i = 0; i < 50; ++i) {
    idle.push_back(Client::to(server->url()));
    ASSERT_EQ(idle.back().get("/").status, 200);
  }
  const auto begin = steady_clock::now();
  server->stop(seconds(10));
  EXPECT_LT(steady_clock::now() - begin, seconds(5));
  for (auto& client : idle) EXPECT_TRUE(client.closed_by_server());
  EXPECT_FALSE(Client::to(server->url()).connected());
}

// Copies of the listening sockets, as a service manager holds them over a restart.
std::vector<int> copies(const Server& server) {
  std::vector<int> result;
  for (const int socket : server.listening()) result.push_back(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
  return result;
}

TEST(StopTest, WhoConnectsBetweenTwoServersIsAnsweredByTheSecond) {
  auto first = start({}, hello);
  ServerOptions options;
  options.listen = first->url().substr(std::string_view("http://").size());
  options.kept = copies(*first);
  first.reset();
  auto client = Client::to("http://" + options.listen);
  ASSERT_TRUE(client.connected());
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n"));
  const auto second = start(options, hello);
  EXPECT_EQ(second->url(), "http://" + options.listen);
  EXPECT_EQ(client.read().body, "hello");
}

TEST(StopTest, KeptSocketsOfAnotherAddressAreClosed) {
  auto first = start({}, hello);
  const std::string before = first->url();
  ServerOptions options;
  options.kept = copies(*first);
  first.reset();
  const auto second = start(options, hello);
  EXPECT_NE(second->url(), before);
  EXPECT_FALSE(Client::to(before).connected());
  EXPECT_EQ(Client::to(second->url()).get("/").status, 200);
}

// Descriptors of something else: a number that the environment got wrong.
TEST(StopTest, WhatIsNotAListeningSocketIsNotUsed) {
  auto first = start({}, hello);
  ServerOptions options;
  options.listen = first->url().substr(std::string_view("http://").size());
  first.reset();
  options.kept = {::open("/dev/null", O_RDONLY | O_CLOEXEC), -1};
  const auto second = start(options, hello);
  EXPECT_EQ(Client::to(second->url()).get("/").status, 200);
}

TEST(StopTest, LetsARunningRequestEnd) {
  std::promise<void> running, release;
  const auto server = start({}, [&](const Request& request) {
    running.set_value();
    release.get_future().wait();
    return hello(request);
  });
  auto client = Client::to(server->url());
  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  running.get_future().wait();
  auto stopped = std::async(std::launch::async, [&] { server->stop(seconds(10)); });
  EXPECT_EQ(stopped.wait_for(milliseconds(100)), std::future_status::timeout);
  release.set_value();
  const auto answer = client.read();
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.header("Connection"), "close");
  stopped.get();
}

// The answer already promises to keep the connection when the stop begins, which finds it not yet
// idle.
TEST(StopTest, ClosesConnectionsThatBecomeIdleLater) {
  std::promise<void> answered, release;
  ServerOptions options;
  options.workers = 2;
  options.log = [&](const Request& request, const Response&, std::chrono::microseconds) {
    if (request.path != "/late") return;
    answered.set_value();
    release.get_future().wait();
  };
  const auto server = start(options, hello);
  auto idle = Client::to(server->url());
  ASSERT_EQ(idle.get("/").status, 200);
  auto late = Client::to(server->url());
  late.send("GET /late HTTP/1.1\r\nHost: t\r\n\r\n");
  answered.get_future().wait();
  const auto begin = steady_clock::now();
  auto stopped = std::async(std::launch::async, [&] { server->stop(seconds(10)); });
  while (server->counters().open > 1) std::this_thread::yield();  // until `idle` was closed
  release.set_value();
  EXPECT_EQ(late.read().body, "hello");
  EXPECT_TRUE(late.closed_by_server());
  stopped.get();
  EXPECT_LT(steady_clock::now() - begin, seconds(5));
}

// A proxy that has just connected takes a lost connection for a failure.
TEST(StopTest, AnswersTheFirstRequestOfWhoHadJustConnected) {
  const auto server = start({}, hello);
  auto idle = Client::to(server->url()), fresh = Client::to(server->url()),
       silent = Client::to(server->url());
  ASSERT_EQ(idle.get("/").status, 200);
  while (server->counters().open < 3) std::this_thread::yield();
  const auto begin = steady_clock::now();
  auto stopped = std::async(std::launch::async, [&] { server->stop(seconds(20)); });
  EXPECT_TRUE(idle.closed_by_server());
  ASSERT_TRUE(fresh.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n"));
  const auto answer = fresh.read();
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(silent.closed_by_server());
  stopped.get();
  EXPECT_LT(steady_clock::now() - begin, seconds(10));
}

// Its bytes are in the socket; every worker is busy when the stop begins.
TEST(StopTest, AnswersWhatHasComeToAnIdleConnection) {
  std::promise<void> running, release;
  ServerOptions options;
  options.workers = 1;
  const auto server = start(options, [&](const Request& request) {
    if (request.path == "/busy") {
      running.set_value();
      release.get_future().wait();
    }
    return hello(request);
  });
  auto idle = Client::to(server->url()), waiting = Client::to(server->url());
  ASSERT_EQ(idle.get("/").status, 200);
  ASSERT_EQ(waiting.get("/").status, 200);
  auto busy = Client::to(server->url());
  busy.send("GET /busy HTTP/1.1\r\nHost: t\r\n\r\n");
  running.get_future().wait();
  ASSERT_TRUE(waiting.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n"));
  auto stopped = std::async(std::launch::async, [&] { server->stop(seconds(10)); });
  EXPECT_TRUE(idle.closed_by_server());
  release.set_value();
  EXPECT_EQ(busy.read().body, "hello");
  EXPECT_EQ(waiting.read().body, "hello");
  stopped.get();
}

TEST(StopTest, CutsWhatOutlastsTheGrace) {
  const auto server = start({}, hello);
  auto client = Client::to(server->url());
  client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\na");
  while (server->counters().open == 0) std::this_thread::yield();
  const auto begin = steady_clock::now();
  server->stop(milliseconds(200));
  EXPECT_LT(steady_clock::now() - begin, seconds(3));
  EXPECT_EQ(client.read().status, 0);
}

TEST(StopTest, MayBeCalledTwice) {
  const auto server = start({}, hello);
  server->stop(seconds(1));
  server->stop(seconds(1));
}

}  // namespace
}  // namespace dure::node::http
