// SPDX-License-Identifier: Apache-2.0
// What an ordinary client sees.
#include <gtest/gtest.h>

#include "client.h"

namespace dure::node::http {
namespace {

using testing::Client;
using testing::hello;
using testing::start;

Response echo(const Request& request) {
  std::string text =
      request.method + " " + request.path + " " + request.client + " " + request.body;
  for (const auto& [name, value] : request.query) text += " " + name + "=" + value;
  return make_response(200, "text/plain", text);
}

class ServerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Server> server_ = start({}, echo);
  Client client_ = Client::to(server_->url());
};

TEST_F(ServerTest, NamesThePortThatWasBound) {
  EXPECT_EQ(server_->url().rfind("http://127.0.0.1:", 0), 0U);
  EXPECT_NE(server_->url(), "http://127.0.0.1:0");
}

TEST_F(ServerTest, AnswersSeveralRequestsOnOneConnection) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client_.get("/a?x=1").body, "GET /a 127.0.0.1  x=1");
  EXPECT_EQ(server_->counters().connections, 1U);
  EXPECT_EQ(server_->counters().requests, 3U);
}

TEST_F(ServerTest, ReadsBodiesHoweverTheyArrive) {
  client_.send("POST /p HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\n");
  client_.send("he");
  client_.send("llo");
  EXPECT_EQ(client_.read().body, "POST /p 127.0.0.1 hello");
  for (const std::string method : {"PUT", "PATCH", "DELETE"}) {
    client_.send(method + " /p HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nhi");
    EXPECT_EQ(client_.read().body, method + " /p 127.0.0.1 hi");
  }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  std::string all;
  for (int i = 0; i < 50; ++i) {
    all += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nb";
  }
  client_.send(all);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client_.read().body, "POST /" + std::to_string(i) + " 127.0.0.1 b");
  }
}

TEST_F(ServerTest, HeadHasNoBody) {
  client_.send("HEAD /a HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto answer = client_.read(/*head_only=*/true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Length"), "18");
  EXPECT_FALSE(answer.has("Accept-Ranges"));
  EXPECT_EQ(client_.get("/b").body, "GET /b 127.0.0.1 ");
}

TEST_F(ServerTest, ClosesWhenAsked) {
  const auto answer = client_.get("/", "Connection: close\r\n");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(client_.closed_by_server());
}

TEST_F(ServerTest, SpeaksHttp10) {
  client_.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client_.read().header("Connection"), "keep-alive");
  client_.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client_.read().status, 200);
  EXPECT_TRUE(client_.closed_by_server());
}

TEST_F(ServerTest, InvitesABodyThatWasHeldBack) {
  client_.send("POST / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client_.read(/*head_only=*/true).status, 100);
  client_.send("hi");
  EXPECT_EQ(client_.read().body, "POST / 127.0.0.1 hi");
}

TEST_F(ServerTest, AnswersAClientThatHasFinishedSending) {
  client_.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  client_.half_close();
  EXPECT_EQ(client_.read().status, 200);
  EXPECT_TRUE(client_.closed_by_server());
}

TEST_F(ServerTest, SaysNothingAboutItself) {
  const auto answer = client_.get("/");
  EXPECT_FALSE(answer.has("Server"));
  EXPECT_EQ(answer.head.find("httplib"), std::string::npos);
  EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
  EXPECT_TRUE(answer.has("Date"));
}

TEST(ServerStatusTest, WritesEveryStatusWithItsPhrase) {
  const auto server = start({}, [](const Request& request) {
    return make_problem(std::stoi(request.path.substr(1)), "x", "x", "");
  });
  auto client = Client::to(server->url());
  for (const int status : {300, 400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 501, 503}) {
    EXPECT_EQ(client.get("/" + std::to_string(status)).status, status);
  }
}

TEST(ServerConditionalTest, AnswersNotModifiedWithoutLengthOrBody) {
  const auto server = start({}, [](const Request&) {
    auto response = make_response(200, "text/plain", "hello");
    response.headers.emplace_back("ETag", "\"t\"");
    response.allow_range = true;
    return response;
  });
  auto client = Client::to(server->url());
  const auto answer = client.get("/", "If-None-Match: \"t\"\r\n");
  EXPECT_EQ(answer.status, 304);
  EXPECT_FALSE(answer.has("Content-Length"));
  const auto part = client.get("/", "Range: bytes=1-2\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "el");
}

TEST(ServerWriteTest, SendsBodiesThatNoSocketBufferHolds) {
  const auto large = std::make_shared<const std::string>(16 << 20, 'z');
  const auto server = start({}, [&](const Request&) {
    Response response;
    response.content_type = "text/plain";
    response.body = large;
    return response;
  });
  auto client = Client::to(server->url());
  EXPECT_EQ(client.get("/").body.size(), large->size());
  EXPECT_EQ(client.get("/").body.size(), large->size());
}

TEST(ServerStartTest, SaysWhatIsWrongWithTheAddress) {
  const auto first = start({}, hello);
  ServerOptions taken;
  taken.listen = first->url().substr(7);
  const auto second = Server::start(taken, hello);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  for (const std::string bad : {"", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:x",
                                "127.0.0.1:65536", "::1:80", "[::1:80"}) {
    ServerOptions options;
    options.listen = bad;
    const auto server = Server::start(options, hello);
    ASSERT_FALSE(server) << bad;
    EXPECT_EQ(server.error().code, ErrorCode::kInvalid) << bad;
  }
}

TEST(ServerStartTest, ServesSecondListenerOfAHostName) {
  ServerOptions options;
  options.listen = "localhost:0";
  const auto server = start(options, hello);
  ASSERT_TRUE(server);
  EXPECT_EQ(Client::to(server->url()).get("/").body, "hello");
}

TEST(ServerLogTest, ReportsAnswersAndRefusals) {
  std::mutex mutex;
  std::vector<std::pair<std::string, int>> lines;
  ServerOptions options;
  options.log = [&](const Request& request, const Response& response, std::chrono::microseconds) {
    const std::lock_guard lock(mutex);
    lines.emplace_back(request.path, response.status);
  };
  const auto server = start(options, hello);
  Client::to(server->url()).get("/a");
  {
    auto bad = Client::to(server->url());
    bad.send("GET /b HTTP/1.1\r\n\r\n");
    EXPECT_EQ(bad.read().status, 400);
  }
  server->stop(std::chrono::seconds(5));
  const std::vector<std::pair<std::string, int>> expected = {{"/a", 200}, {"", 400}};
  EXPECT_EQ(lines, expected);
}

}  // namespace
}  // namespace dure::node::http
