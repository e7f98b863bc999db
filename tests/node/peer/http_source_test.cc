// SPDX-License-Identifier: Apache-2.0
// What a hostile peer can do to us: waste a bounded time and a bounded memory, nothing else.
#include "peer/http_source.h"

#include <gtest/gtest.h>
#include <sys/un.h>
#include <zlib.h>

#include "peer/control_client.h"
#include "support/scripted_server.h"

namespace dure::node {
namespace {

std::string gzip(const std::string& plain) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class HttpSourceTest : public testing::Test {
 protected:
  HttpSourceTest() {
    options_.connect_timeout = std::chrono::milliseconds{2000};
    options_.silence_timeout = std::chrono::milliseconds{300};
    options_.total_timeout = std::chrono::milliseconds{1000};
    request_.path = "/log/checkpoint";
    request_.max_bytes = 1000;
  }
  void serve(ScriptedServer::Talk talk) {
    int port = 0;
    const int listener = listen_tcp(port);
    server_ = std::make_unique<ScriptedServer>(listener, std::move(talk));
    source_ = *open_http_source("http://127.0.0.1:" + std::to_string(port), options_);
  }
  /// Every request gets `text`, over one connection.
  void serve_text(const std::string& text) {
    serve([text, this](int socket, int) {
      for (std::string head = hear(socket); !head.empty(); head = hear(socket)) {
        last_request_ = head;
        if (!say(socket, text)) return;
      }
    });
  }
  ErrorCode fetch_error() {
    const auto response = source_->fetch(request_);
    EXPECT_FALSE(response);
    return response ? ErrorCode::kInternal : response.error().code;
  }

  HttpSourceOptions options_;
  FetchRequest request_;
  std::string last_request_;
  std::unique_ptr<ScriptedServer> server_;
  std::unique_ptr<Source> source_;
  void TearDown() override {
    source_.reset();
    server_.reset();
  }
};

TEST_F(HttpSourceTest, FetchesOverOneConnection) {
  const std::string text = answer("200 OK\r\nETag: \"a\"", "hello");
  std::atomic<int> connections{0};
  serve([&](int socket, int) {
    ++connections;
    while (!hear(socket).empty()) say(socket, text);
  });
  for (int i = 0; i < 3; ++i) {
    const auto response = source_->fetch(request_);
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_EQ(response->body, "hello");
    EXPECT_EQ(response->etag, "\"a\"");
    EXPECT_EQ(response->wire_bytes, text.size());
  }
  EXPECT_EQ(connections, 1);
  TearDown();  // before what the server's thread refers to goes out of scope
}

TEST_F(HttpSourceTest, ReplacesAConnectionThatTheServerClosed) {
  serve([](int socket, int) {
    hear(socket);
    say(socket, answer("200 OK", "hello"));
  });
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(source_->fetch(request_));
}

TEST_F(HttpSourceTest, RevalidatesWithoutWaitingForABody) {
  request_.etag = "\"a\"";
  for (const char* extra : {"", "Content-Length: 5\r\n"}) {
    serve_text(std::string("HTTP/1.1 304 Not Modified\r\n") + extra + "\r\n");
    const auto response = source_->fetch(request_);
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_TRUE(response->not_modified);
    TearDown();
  }
  EXPECT_NE(last_request_.find("If-None-Match: \"a\""), std::string::npos);
}

TEST_F(HttpSourceTest, TakesARangeOnlyIfItIsTheOneAskedFor) {
  request_.range_from = 5;
  serve_text(answer("206 Partial Content\r\nContent-Range: bytes 5-9/10", "world"));
  const auto response = source_->fetch(request_);
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->partial);
  TearDown();
  serve_text(answer("206 Partial Content\r\nContent-Range: bytes 4-8/10", "world"));
  EXPECT_EQ(fetch_error(), ErrorCode::kMalformed);
}

TEST_F(HttpSourceTest, DecodesGzip) {
  request_.compress = true;
  serve_text(answer("200 OK\r\nContent-Encoding: gzip", gzip("hello hello hello")));
  EXPECT_EQ(source_->fetch(request_)->body, "hello hello hello");
}

TEST_F(HttpSourceTest, DefusesAGzipBomb) {
  serve_text(answer("200 OK\r\nContent-Encoding: gzip", gzip(std::string(1 << 18, '\0'))));
  EXPECT_EQ(fetch_error(), ErrorCode::kTooLarge);
}

TEST_F(HttpSourceTest, RefusesDamagedGzip) {
  const auto whole = gzip("hello hello hello");
  for (const auto& bad : {whole.substr(0, whole.size() - 3), whole + "x", std::string("no gzip")}) {
    serve_text(answer("200 OK\r\nContent-Encoding: gzip", bad));
    EXPECT_EQ(fetch_error(), ErrorCode::kMalformed);
    TearDown();
  }
}

TEST_F(HttpSourceTest, StopsReadingABodyAtItsLimit) {
  serve_text(answer("200 OK", std::string(1001, 'x')));
  EXPECT_EQ(fetch_error(), ErrorCode::kTooLarge);
  TearDown();
  serve([](int socket, int) {
    hear(socket);
    say(socket, "HTTP/1.1 200 OK\r\n\r\n");
    while (say(socket, std::string(4096, 'x'))) {
    }
  });
  EXPECT_EQ(fetch_error(), ErrorCode::kTooLarge);
  TearDown();
  serve([](int socket, int) {
    hear(socket);
    say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (say(socket, "1\r\nx\r\n")) {
    }
  });
  EXPECT_EQ(fetch_error(), ErrorCode::kTooLarge);
}

TEST_F(HttpSourceTest, StopsReadingAHeadAtItsLimits) {
  for (const std::string& endless : {std::string("A: b\r\n"), "A: " + std::string(5000, 'x'),
                                     std::string("\r\nHTTP/1.1 100 Continue\r\n")}) {
    serve([&endless](int socket, int) {
      hear(socket);
      say(socket, endless[0] == '\r' ? "HTTP/1.1 100 Continue\r\n" : "HTTP/1.1 200 OK\r\n");
      while (say(socket, endless)) {
      }
    });
    EXPECT_EQ(fetch_error(), ErrorCode::kTooLarge);
    TearDown();
  }
  serve_text("HTTP/1.1 200 " + std::string(10'000, 'O') + "\r\n\r\n");
  EXPECT_EQ(fetch_error(), ErrorCode::kTooLarge);
}

TEST_F(HttpSourceTest, EndsASilentAndATricklingExchange) {
  options_.silence_timeout = std::chrono::milliseconds{60};
  options_.total_timeout = std::chrono::milliseconds{250};
  serve([](int socket, int) { hear(socket), hear(socket); });
  EXPECT_EQ(fetch_error(), ErrorCode::kUnavailable);
  TearDown();
  serve([](int socket, int) {
    hear(socket);
    say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n");
    while (say(socket, "x"))
      std::this_thread::sleep_for(std::chrono::milliseconds{20});  // the slowness is the attack
  });
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(fetch_error(), ErrorCode::kUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{5});
}

TEST_F(HttpSourceTest, RefusesCutAndWrongLengths) {
  serve([](int socket, int) {
    hear(socket);
    say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nshort");
  });
  EXPECT_EQ(fetch_error(), ErrorCode::kUnavailable);
}

TEST_F(HttpSourceTest, FollowsNoRedirect) {
  serve_text(answer("302 Found\r\nLocation: http://127.0.0.1:1/", ""));
  EXPECT_EQ(fetch_error(), ErrorCode::kRefused);
}

TEST_F(HttpSourceTest, TellsWhatIsNotThereFromWhatIsRefusedAndWhatMayComeBack) {
  const std::pair<const char*, ErrorCode> answers[] = {
      {"404 Not Found", ErrorCode::kNotFound},
      {"410 Gone", ErrorCode::kNotFound},
      {"401 Unauthorized", ErrorCode::kRefused},
      {"403 Forbidden", ErrorCode::kRefused},
      {"503 Service Unavailable", ErrorCode::kUnavailable},
      {"500 Internal Server Error", ErrorCode::kUnavailable}};
  for (const auto& [status, code] : answers) {
    serve_text(answer(status, ""));
    EXPECT_EQ(fetch_error(), code) << status;
    TearDown();
  }
}

TEST_F(HttpSourceTest, NobodyThereIsUnavailable) {
  int port = 0;
  ::close(listen_tcp(port));
  source_ = *open_http_source("http://127.0.0.1:" + std::to_string(port), options_);
  EXPECT_EQ(fetch_error(), ErrorCode::kUnavailable);
}

TEST_F(HttpSourceTest, StopsWaitingWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  options_.stop = stop.get_token();
  serve([](int, int) {});
  EXPECT_EQ(fetch_error(), ErrorCode::kUnavailable);
}

TEST(ControlClientTest, CallsOverAUnixSocketAndTellsWhenNobodyListens) {
  const std::string path = testing::TempDir() + "dure-control-" + std::to_string(::getpid());
  EXPECT_EQ(call_control(path, "GET", "/x").error().code, ErrorCode::kNotFound);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  std::string heard;
  {
    ScriptedServer server(listener, [&](int socket, int) {
      heard = hear(socket);
      char body[4];
      ::recv(socket, body, sizeof body, MSG_WAITALL);
      say(socket, answer("409 Conflict\r\nContent-Type: text/plain", "no"));
    });
    const auto response =
        call_control(path, "POST", "/control/publish?x=1", "body", "application/json");
    ASSERT_TRUE(response) << response.error().detail;
    EXPECT_EQ(response->status, 409);
    EXPECT_EQ(response->content_type, "text/plain");
    EXPECT_EQ(response->body, "no");
  }
  EXPECT_TRUE(heard.starts_with("POST /control/publish?x=1 HTTP/1.1\r\n"));
  EXPECT_EQ(call_control(path, "GET", "/x").error().code, ErrorCode::kNotFound)
      << "a socket left by a node that ended";
  ::unlink(path.c_str());
}

}  // namespace
}  // namespace dure::node
