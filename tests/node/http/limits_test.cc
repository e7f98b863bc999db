// SPDX-License-Identifier: Apache-2.0
// Caps on connections and rates.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <stdexcept>

#include "client.h"

namespace dure::node::http {
namespace {

using testing::Client;
using testing::hello;
using testing::start;
using testing::TemporaryFolder;

TEST(LimitsTest, ConnectionsOverTheCapAreTurnedAway) {
  ServerOptions options;
  options.limits.connections = 2;
  const auto server = start(options, hello);
  auto first = Client::to(server->url());
  auto second = Client::to(server->url());
  EXPECT_EQ(first.get("/").status, 200);
  EXPECT_EQ(second.get("/").status, 200);
  auto third = Client::to(server->url());
  const auto answer = third.read();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("Retry-After"), "5");
  EXPECT_EQ(first.get("/").status, 200);
  EXPECT_EQ(server->counters().refused, 1U);
}

// A part of the descriptors is left for the databases and the peers.
TEST(LimitsTest, TheCapIsBelowTheDescriptorLimit) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit few{64, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  const auto server = start({}, hello);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);  // the clients need some too
  std::vector<Client> clients;
  for (int i = 0; i < 48; ++i) {
    clients.push_back(Client::to(server->url()));
    ASSERT_EQ(clients.back().get("/").status, 200) << i;
  }
  EXPECT_EQ(Client::to(server->url()).read().status, 503);
}

TEST(LimitsTest, OneClientCannotTakeAllConnections) {
  ServerOptions options;
  options.limits.connections_per_client = 1;
  const auto server = start(options, hello);
  {
    auto first = Client::to(server->url());
    EXPECT_EQ(first.get("/").status, 200);
    EXPECT_EQ(Client::to(server->url()).read().status, 503);
    first.get("/", "Connection: close\r\n");
    EXPECT_TRUE(first.closed_by_server());
  }
  // The place is free again once the server has closed.
  int status = 0;
  for (int i = 0; i < 1000 && status != 200; ++i)
    status = Client::to(server->url()).get("/").status;
  EXPECT_EQ(status, 200);
}

TEST(LimitsTest, TrustedProxiesAreNotCapped) {
  ServerOptions options;
  options.limits.connections_per_client = 1;
  options.trusted_proxies = {"127.0.0.1"};
  const auto server = start(options, hello);
  auto first = Client::to(server->url());
  auto second = Client::to(server->url());
  EXPECT_EQ(first.get("/").status, 200);
  EXPECT_EQ(second.get("/").status, 200);
}

TEST(LimitsTest, RateLimitedClientsAreToldWhenToComeBack) {
  ServerOptions options;
  options.limits.requests_per_second = 0.01;
  options.limits.request_burst = 2;
  const auto server = start(options, hello);
  auto client = Client::to(server->url());
  const auto first = client.get("/");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.header("RateLimit"), "\"client\";r=1;t=100");
  EXPECT_EQ(first.header("X-RateLimit-Remaining"), "1");
  EXPECT_EQ(client.get("/").status, 200);
  const auto answer = client.get("/");
  EXPECT_EQ(answer.status, 429);
  const auto wait = std::stoi("0" + answer.header("Retry-After"));
  EXPECT_GE(wait, 90);
  EXPECT_LE(wait, 100);
  EXPECT_EQ(answer.header("RateLimit"), "\"client\";r=0;t=" + std::to_string(wait));
  EXPECT_EQ(answer.header("RateLimit-Policy"), "\"client\";q=2;w=200");
  EXPECT_EQ(server->counters().rate_limited, 1U);
  EXPECT_EQ(server->counters().requests, 2U);
}

// What the application makes of problems, seen by a browser and by a program.
Response page_for_browsers(const Request& request, Response problem) {
  if (request.header("accept") != "text/html") return problem;
  auto page = make_response(problem.status, "text/html", "<h1>" + request.path + "</h1>");
  page.headers = std::move(problem.headers);
  return page;
}

TEST(LimitsTest, BrowsersSeeAPageInsteadOfTheServersOwnProblems) {
  std::string noted;
  ServerOptions options;
  options.limits.requests_per_second = 0.01;
  options.limits.request_burst = 1;
  options.present_problem = page_for_browsers;
  options.log = [&](const Request&, const Response& response, std::chrono::microseconds) {
    noted = response.note;
  };
  const auto server =
      start(options, [](const Request&) -> Response { throw std::runtime_error("secret"); });
  {
    auto client = Client::to(server->url());
    const auto failed = client.get("/a", "Accept: text/html\r\n");
    EXPECT_EQ(failed.status, 500);
    EXPECT_EQ(failed.body, "<h1>/a</h1>");
    const auto limited = client.get("/b", "Accept: text/html\r\n");
    EXPECT_EQ(limited.status, 429);
    EXPECT_EQ(limited.body, "<h1>/b</h1>");
    EXPECT_TRUE(limited.has("Retry-After"));
    EXPECT_EQ(client.get("/c").header("Content-Type"), "application/problem+json");
    EXPECT_EQ(client.get("/%00", "Accept: text/html\r\n").body, "<h1></h1>");
  }
  server->stop(std::chrono::seconds(5));
  EXPECT_EQ(noted.substr(0, 8), "the path") << "the note of the log is kept";
}

TEST(LimitsTest, RateLimitsCountClientsBehindAProxyApart) {
  ServerOptions options;
  options.limits.requests_per_second = 0.01;
  options.limits.request_burst = 1;
  options.trusted_proxies = {"127.0.0.1"};
  const auto server = start(options, hello);
  auto client = Client::to(server->url());
  EXPECT_EQ(client.get("/", "X-Forwarded-For: 192.0.2.1\r\n").status, 200);
  EXPECT_EQ(client.get("/", "X-Forwarded-For: 192.0.2.2\r\n").status, 200);
  EXPECT_EQ(client.get("/", "X-Forwarded-For: 192.0.2.1\r\n").status, 429);
}

TEST(LimitsTest, ProgramsOnThisMachineMayBeExempt) {
  ServerOptions options;
  options.limits.requests_per_second = 0.01;
  options.limits.request_burst = 1;
  options.limits.exempt_loopback = true;
  const auto server = start(options, hello);
  auto client = Client::to(server->url());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.get("/").status, 200);
}

// A proxy that does not say who its client is must not lift the limit for everybody.
TEST(LimitsTest, AProxyOnThisMachineIsNotExempt) {
  ServerOptions options;
  options.limits.requests_per_second = 0.01;
  options.limits.request_burst = 1;
  options.limits.exempt_loopback = true;
  options.trusted_proxies = {"127.0.0.1"};
  const auto server = start(options, hello);
  auto client = Client::to(server->url());
  EXPECT_EQ(client.get("/").status, 200);
  EXPECT_EQ(client.get("/").status, 429);
  EXPECT_EQ(client.get("/", "X-Forwarded-For: 127.0.0.1\r\n").status, 429);
}

TEST(LimitsTest, TheControlSocketIsNotRateLimited) {
  const TemporaryFolder folder;
  ServerOptions options;
  options.control_socket = folder.path("control.sock");
  options.limits.requests_per_second = 0.01;
  options.limits.request_burst = 1;
  const auto server = start(options, hello);
  auto client = Client::to_control(options.control_socket);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.get("/").status, 200);
}

}  // namespace
}  // namespace dure::node::http
