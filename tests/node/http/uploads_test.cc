// SPDX-License-Identifier: Apache-2.0
// Request bodies: their limit, their budget, and what happens to those that are refused.
#include <gtest/gtest.h>

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
using testing::status_after;

std::string post(std::size_t length) {
  return "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

// Whether there are `wanted` connections before the time is up.
bool open_connections_become(const Server& server, std::uint64_t wanted) {
  const auto begin = steady_clock::now();
  while (server.counters().open != wanted) {
    if (steady_clock::now() - begin > seconds(8)) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST(UploadTest, ChunkedBodiesAreRefusedBeforeTheyAreRead) {
  const auto server = start({}, hello);
  const std::string head = "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(status_after(*server, head + "5\r\nhello\r\n0\r\n\r\n"), 411);
  EXPECT_EQ(status_after(*server, head + "-2\r\n" + std::string(1000, 'a')), 411);
  EXPECT_EQ(server->counters().requests, 0U);
}

TEST(UploadTest, BodiesOverTheLimitAreRefusedByTheirHead) {
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

TEST(UploadTest, BodiesOfAllConnectionsShareABudget) {
  ServerOptions options;
  options.workers = 1;
  options.limits.body_bytes = 100'000;
  options.limits.buffered_body_bytes = 150'000;
  const auto server = start(options, hello);
  const std::string head = "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\n\r\n";
  auto first = Client::to(server->url());
  auto second = Client::to(server->url());
  for (auto* client : {&first, &second}) client->send(head + std::string(60'000, 'a'));
  // The one worker takes the three in order: once it has answered, both parts above are counted.
  EXPECT_EQ(Client::to(server->url()).get("/").status, 200);
  for (auto* client : {&first, &second}) client->send(std::string(30'000, 'a'));
  // Whichever comes second is refused, and the other is served once it is whole.
  const auto begin = steady_clock::now();
  Client* refused = nullptr;
  while (refused == nullptr && steady_clock::now() - begin < seconds(8)) {
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

TEST(UploadTest, EncodedRequestBodiesAreRefused) {
  const auto server = start({}, hello);
  EXPECT_EQ(
      status_after(
          *server,
          "POST / HTTP/1.1\r\nHost: t\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
      415);
}

TEST(UploadTest, AnnouncedBodiesTakeNothingFromTheBudget) {
  ServerOptions options;
  options.limits.body_bytes = 100'000;
  options.limits.buffered_body_bytes = 150'000;
  const auto server = start(options, hello);
  std::vector<Client> announcers;
  for (int i = 0; i < 10; ++i) {
    announcers.push_back(Client::to(server->url()));
    announcers.back().send(post(100'000));
  }
  ASSERT_TRUE(open_connections_become(*server, 10));
  EXPECT_EQ(status_after(*server, post(100'000) + std::string(100'000, 'a')), 200);
}

TEST(UploadTest, BrokenUploadsGiveTheirShareOfTheBudgetBack) {
  ServerOptions options;
  options.limits.body_bytes = 100'000;
  options.limits.buffered_body_bytes = 150'000;
  const auto server = start(options, hello);
  {
    auto client = Client::to(server->url());
    client.send(post(100'000) + std::string(90'000, 'a'));
    ASSERT_TRUE(open_connections_become(*server, 1));
  }
  ASSERT_TRUE(open_connections_become(*server, 0));
  EXPECT_EQ(status_after(*server, post(100'000) + std::string(100'000, 'a')), 200);
}

// Closing at once would reset the connection, and with it an answer that is still on its way.
TEST(UploadTest, ARefusedUploaderCanSendOnAndReadWhy) {
  const auto server = start({}, hello);
  auto client = Client::to(server->url());
  client.send(post(1 << 30));
  ASSERT_TRUE(client.readable_within(seconds(8)));
  EXPECT_TRUE(client.send(std::string(1 << 20, 'a')));
  client.half_close();
  EXPECT_EQ(client.read().status, 413);
  EXPECT_TRUE(client.ended_by_server()) << "the connection was reset";
}

TEST(UploadTest, ARefusedUploaderIsNotHeardForEver) {
  ServerOptions options;
  options.limits.linger_deadline = seconds(60);
  const auto server = start(options, hello);
  auto client = Client::to(server->url());
  client.send(post(1 << 30));
  EXPECT_FALSE(client.send(std::string(64 << 20, 'a')));
}

TEST(UploadTest, ARefusedUploaderIsNotAwaitedForEver) {
  ServerOptions options;
  options.limits.linger_deadline = milliseconds(300);
  const auto server = start(options, hello);
  auto client = Client::to(server->url());
  client.send(post(1 << 30));
  EXPECT_EQ(client.read().status, 413);
  EXPECT_TRUE(open_connections_become(*server, 0));
}

}  // namespace
}  // namespace dure::node::http
