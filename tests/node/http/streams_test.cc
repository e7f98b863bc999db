// SPDX-License-Identifier: Apache-2.0
// Bodies that are read while they are sent: the same answers as bodies in memory, a few pieces of
// memory, and nobody waits for whoever reads them.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "client.h"

namespace dure::node::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::Client;
using testing::hello;
using testing::start;
using testing::TemporaryFolder;

char byte_at(std::uint64_t offset) { return static_cast<char>('a' + offset % 23); }

/// Any size, out of nothing; tells how much was asked for at once.
class Pattern final : public BodyStream {
 public:
  explicit Pattern(std::uint64_t size, std::uint64_t ends_at = UINT64_MAX)
      : size_(size), ends_at_(ends_at) {
    ++alive;
  }
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern() override { --alive; }
  std::uint64_t size() const override { return size_; }
  std::int64_t read(std::uint64_t offset, std::span<char> out) const override {
    most_at_once = std::max<std::size_t>(most_at_once, out.size());
    if (offset + out.size() > ends_at_) return 0;
    static const std::string kTable = [] {
      std::string bytes;
      for (std::uint64_t i = 0; i < 128 * 1024; ++i) bytes += byte_at(i);
      return bytes;
    }();
    std::copy_n(kTable.begin() + static_cast<std::ptrdiff_t>(offset % 23), out.size(), out.begin());
    return static_cast<std::int64_t>(out.size());
  }
  static inline std::atomic<int> alive = 0;
  static inline std::atomic<std::size_t> most_at_once = 0;

 private:
  const std::uint64_t size_, ends_at_;
};

std::string pattern(std::uint64_t first, std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t i = 0; i < count; ++i) bytes[i] = byte_at(first + i);
  return bytes;
}

std::unique_ptr<Server> serve(std::uint64_t size, ServerOptions options = {},
                              std::uint64_t ends_at = UINT64_MAX) {
  return start(std::move(options), [size, ends_at](const Request& request) {
    if (request.path == "/small") return hello(request);
    Response response;
    response.content_type = "application/octet-stream";
    response.headers = {{"ETag", "\"tag\""}};
    response.stream = std::make_shared<Pattern>(size, ends_at);
    response.allow_range = true;
    response.allow_gzip = true;  // means nothing here
    return response;
  });
}

TEST(StreamTest, SendsAllOfItInPieces) {
  constexpr std::size_t kSize = 5'000'001;
  Pattern::most_at_once = 0;
  const auto server = serve(kSize);
  auto client = Client::to(server->url());
  const auto answer = client.get("/", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Length"), std::to_string(kSize));
  EXPECT_EQ(answer.header("Accept-Ranges"), "bytes");
  EXPECT_FALSE(answer.has("Content-Encoding"));
  EXPECT_TRUE(answer.body == pattern(0, kSize));
  EXPECT_LE(Pattern::most_at_once, 64U * 1024);
  EXPECT_EQ(client.get("/small").status, 200) << "the connection goes on";
  EXPECT_EQ(Pattern::alive, 0);
}

TEST(StreamTest, SendsARangeOfMoreThanFourGigabytes) {
  constexpr std::uint64_t kSize = 5'000'000'000;
  const auto server = serve(kSize);
  auto client = Client::to(server->url());
  const auto answer = client.get("/", "Range: bytes=4999999990-\r\n");
  EXPECT_EQ(answer.status, 206);
  EXPECT_EQ(answer.header("Content-Range"), "bytes 4999999990-4999999999/5000000000");
  EXPECT_EQ(answer.body, pattern(4'999'999'990, 10));
  EXPECT_EQ(client.get("/", "Range: bytes=0-1048575\r\n").body, pattern(0, 1 << 20));
  EXPECT_EQ(client.get("/", "Range: bytes=-3\r\n").body, pattern(kSize - 3, 3));
}

TEST(StreamTest, AnswersConditionsAsForAnyBody) {
  const auto server = serve(1000);
  auto client = Client::to(server->url());
  EXPECT_EQ(client.get("/", "If-None-Match: \"tag\"\r\n").status, 304);
  const auto behind = client.get("/", "Range: bytes=1000-\r\n");
  EXPECT_EQ(behind.status, 416);
  EXPECT_EQ(behind.header("Content-Range"), "bytes */1000");
  EXPECT_EQ(client.get("/", "Range: bytes=1-2\r\nIf-Range: \"tag\"\r\n").status, 206);
  EXPECT_EQ(client.get("/", "Range: bytes=1-2\r\nIf-Range: \"old\"\r\n").body.size(), 1000U);
  EXPECT_EQ(client.get("/", "Range: bytes=1-2,5-6\r\n").body.size(), 1000U) << "only one range";
  client.send("HEAD / HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto head = client.read(/*head_only=*/true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Length"), "1000");
  EXPECT_EQ(client.get("/small").status, 200);
  EXPECT_EQ(Pattern::alive, 0);
}

TEST(StreamTest, SendsTheSameUnderTls) {
  constexpr std::size_t kSize = 3'000'001;
  const TemporaryFolder folder;
  const auto certificate = testing::write_certificate(folder, 1);
  ServerOptions options;
  options.tls_certificate = certificate.certificate_file;
  options.tls_key = certificate.key_file;
  const auto server = serve(kSize, options);
  auto client = Client::to_tls(server->url());
  EXPECT_TRUE(client.get("/").body == pattern(0, kSize));
  EXPECT_EQ(client.get("/", "Range: bytes=7-9\r\n").body, pattern(7, 3));
}

TEST(StreamTest, AnEmptyOneIsAnswered) {
  const auto server = serve(0);
  auto client = Client::to(server->url());
  EXPECT_EQ(client.get("/").header("Content-Length"), "0");
  EXPECT_EQ(client.get("/small").status, 200);
}

TEST(StreamTest, WhatCannotBeReadAnyMoreEndsTheConnection) {
  const auto server = serve(1'000'000, {}, 500'000);
  auto client = Client::to(server->url());
  client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_LT(client.read_at_most(2'000'000, milliseconds(5000)), 1'000'000U);
  EXPECT_TRUE(client.closed_by_server());
}

TEST(StreamTest, SlowReadersHoldNoWorkerAndEndAtTheDeadline) {
  ServerOptions options;
  options.workers = 1;
  options.limits.write_deadline = milliseconds(400);
  const auto server = serve(std::uint64_t{1} << 31, options);
  std::vector<Client> slow;
  for (int i = 0; i < 8; ++i) {
    slow.push_back(Client::to(server->url()));
    slow.back().set_receive_buffer(4096);
    slow.back().send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  }
  EXPECT_EQ(Client::to(server->url()).get("/small").status, 200);
  const auto begin = steady_clock::now();
  while (server->counters().timed_out < 8 && steady_clock::now() - begin < milliseconds(5000))
    std::this_thread::yield();
  EXPECT_EQ(server->counters().timed_out, 8U);
}

TEST(StreamTest, TheFastestReaderLetsOthersIn) {
  ServerOptions options;
  options.workers = 1;
  const auto server = serve(std::uint64_t{1} << 40, options);  // would take minutes
  auto fast = Client::to(server->url());
  fast.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) fast.read_at_most(1 << 20, milliseconds(100));
  });
  auto other = Client::to(server->url());
  other.send("GET /small HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_TRUE(other.readable_within(milliseconds(5000)));
  done = true;
  reader.join();
}

}  // namespace
}  // namespace dure::node::http
