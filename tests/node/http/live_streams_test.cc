// SPDX-License-Identifier: Apache-2.0
// Answers without an end: they wait without a worker, hear news and signs of life, and are bounded.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
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
using testing::TemporaryFolder;

constexpr std::string_view kAsk = "GET /live HTTP/1.1\r\nHost: t\r\n\r\n";

/// What all streams of a test tell.
struct Story {
  void tell(const std::string& more) {
    const std::lock_guard lock(mutex);
    text += more;
  }
  std::mutex mutex;
  std::string text;
  std::atomic<bool> over{false};
  std::atomic<bool> throws{false};
  std::atomic<int> alive{0};
  std::atomic<std::size_t> read{0};
};

class Telling final : public LiveStream {
 public:
  explicit Telling(Story& story) : story_(story) { ++story_.alive; }
  Telling(const Telling&) = delete;
  Telling& operator=(const Telling&) = delete;
  ~Telling() override { --story_.alive; }
  bool read(std::string& out) override {
    if (story_.throws) throw std::runtime_error("a bug");
    const std::lock_guard lock(story_.mutex);
    const std::string piece = story_.text.substr(told_, 64 * 1024);
    out += piece;
    told_ += piece.size();
    story_.read += piece.size();
    return !story_.over;
  }
  std::string sign_of_life() const override { return ":\n\n"; }

 private:
  Story& story_;
  std::size_t told_ = 0;
};

std::unique_ptr<Server> serve(Story& story, ServerOptions options = {}) {
  return start(std::move(options), [&story](const Request& request) {
    if (request.path != "/live") return hello(request);
    Response response;
    response.content_type = "text/event-stream";
    response.live = std::make_shared<Telling>(story);
    return response;
  });
}

ServerOptions one_worker() {
  ServerOptions options;
  options.workers = 1;
  options.limits.stream_pause = milliseconds(1);
  return options;
}

template <class Condition>
bool soon(Condition condition) {
  const auto until = steady_clock::now() + milliseconds(10'000);
  while (!condition()) {
    if (steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

Client listen_to(const Server& server) {
  auto client = Client::to(server.url());
  EXPECT_TRUE(client.send(kAsk));
  return client;
}

TEST(LiveStreamTest, SendsWhatIsThereThenNewsAndEndsWithTheConnection) {
  Story story;
  story.tell("one ");
  const auto server = serve(story, one_worker());
  auto client = listen_to(*server);
  ASSERT_TRUE(soon([&] { return story.read == 4; }));
  story.tell("two ");
  server->tell_streams();
  ASSERT_TRUE(soon([&] { return story.read == 8; }));
  story.tell("three");
  story.over = true;
  server->tell_streams();
  const auto answer = client.read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(client.read_to_end(), "one two three");
  EXPECT_FALSE(answer.has("Content-Length"));
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(client.ended_by_server());
  EXPECT_TRUE(soon([&] { return story.alive == 0; }));
  EXPECT_EQ(server->counters().streams, 0U);
}

TEST(LiveStreamTest, WaitingHoldsNoWorkerAndAClientThatLeavesIsForgotten) {
  Story story;
  ServerOptions options = one_worker();
  options.limits.streams_per_client = 100;
  const auto server = serve(story, options);
  std::vector<Client> waiting;
  for (int i = 0; i < 50; ++i) waiting.push_back(listen_to(*server));
  ASSERT_TRUE(soon([&] { return server->counters().streams == 50; }));
  EXPECT_EQ(Client::to(server->url()).get("/").body, "hello");
  waiting.clear();
  EXPECT_TRUE(soon([&] { return server->counters().streams == 0 && story.alive == 0; }));
}

TEST(LiveStreamTest, OneTooManyIsRefusedAndAPlaceThatIsFreeIsGivenAgain) {
  Story story;
  ServerOptions options = one_worker();
  options.limits.streams = 3;
  options.limits.streams_per_client = 2;
  const auto server = serve(story, options);
  auto first = std::make_unique<Client>(listen_to(*server));
  const auto second = listen_to(*server);
  ASSERT_TRUE(soon([&] { return server->counters().streams == 2; }));
  const auto refused = Client::to(server->url()).get("/live");
  EXPECT_EQ(refused.status, 429);
  EXPECT_FALSE(refused.header("Retry-After").empty());
  first.reset();
  ASSERT_TRUE(soon([&] { return server->counters().streams == 1; }));
  const auto third = listen_to(*server);
  EXPECT_TRUE(soon([&] { return server->counters().streams == 2; }));
}

TEST(LiveStreamTest, AllOfThemTogetherAreBounded) {
  Story story;
  ServerOptions options = one_worker();
  options.limits.streams = 1;
  const auto server = serve(story, options);
  const auto first = listen_to(*server);
  ASSERT_TRUE(soon([&] { return server->counters().streams == 1; }));
  const auto refused = Client::to(server->url()).get("/live");
  EXPECT_EQ(refused.status, 503);
  EXPECT_FALSE(refused.header("Retry-After").empty());
  EXPECT_EQ(Client::to(server->url()).get("/").body, "hello");
}

TEST(LiveStreamTest, SilenceIsBrokenByASignOfLifeThatAlsoLooksForNews) {
  Story story;
  ServerOptions options = one_worker();
  options.limits.stream_heartbeat = milliseconds(20);
  const auto server = serve(story, options);
  auto client = listen_to(*server);
  ASSERT_TRUE(soon([&] { return server->counters().streams == 1; }));
  EXPECT_GT(client.read_at_most(1 << 10, milliseconds(300)), 0U);
  story.tell("nobody told of this");
  EXPECT_TRUE(soon([&] { return story.read > 0; }));
}

TEST(LiveStreamTest, ASlowReaderIsCutAndHasHeldOnePiece) {
  Story story;
  story.tell(std::string(64 << 20, 'x'));
  ServerOptions options = one_worker();
  options.limits.write_deadline = milliseconds(300);
  const auto server = serve(story, options);
  auto slow = Client::to(server->url());
  slow.set_receive_buffer(4096);
  ASSERT_TRUE(slow.send(kAsk));
  EXPECT_TRUE(soon([&] { return server->counters().timed_out == 1; }));
  EXPECT_TRUE(soon([&] { return story.alive == 0; }));
  EXPECT_LT(story.read, std::size_t{16} << 20) << "what the kernel took and one piece";
  EXPECT_TRUE(slow.reset_within(milliseconds(5000)));
}

TEST(LiveStreamTest, AFastReaderGetsAllOfMuch) {
  Story story;
  story.tell(std::string(5'000'000, 'y'));
  story.over = false;
  const auto server = serve(story, one_worker());
  auto client = listen_to(*server);
  EXPECT_GE(client.read_at_most(5'000'000, milliseconds(10'000)), 5'000'000U);
}

TEST(LiveStreamTest, StopEndsThemAtOnce) {
  Story story;
  const auto server = serve(story, one_worker());
  auto client = listen_to(*server);
  ASSERT_TRUE(soon([&] { return server->counters().streams == 1; }));
  const auto begin = steady_clock::now();
  server->stop(milliseconds(60'000));
  EXPECT_LT(steady_clock::now() - begin, milliseconds(30'000)) << "no grace is waited for";
  EXPECT_EQ(story.alive, 0);
  EXPECT_EQ(client.read().status, 200);
  EXPECT_TRUE(client.ended_by_server());
}

TEST(LiveStreamTest, ABugEndsTheStreamAndNothingElse) {
  Story story;
  story.throws = true;
  const auto server = serve(story, one_worker());
  auto client = listen_to(*server);
  EXPECT_EQ(client.read().status, 200);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(server->counters().failed, 1U);
  EXPECT_EQ(Client::to(server->url()).get("/").body, "hello");
}

TEST(LiveStreamTest, HeadTellsTheHeadAndTakesNoPlace) {
  Story story;
  const auto server = serve(story, one_worker());
  auto client = Client::to(server->url());
  client.send("HEAD /live HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto head = client.read(/*head_only=*/true);
  EXPECT_EQ(head.status, 200);
  EXPECT_FALSE(head.has("Content-Length"));
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(server->counters().streams, 0U);
}

TEST(LiveStreamTest, GoesUnderTlsToo) {
  Story story;
  story.tell(std::string(300'000, 'z'));
  story.over = false;
  const TemporaryFolder folder;
  const auto certificate = testing::write_certificate(folder, 1);
  ServerOptions options = one_worker();
  options.tls_certificate = certificate.certificate_file;
  options.tls_key = certificate.key_file;
  const auto server = serve(story, options);
  auto client = Client::to_tls(server->url());
  ASSERT_TRUE(client.send(kAsk));
  // Let the pieces come before the end, so that read() sees all of them.
  std::thread ending([&] {
    EXPECT_TRUE(soon([&] { return story.read == 300'000; }));
    story.over = true;
    server->tell_streams();
  });
  EXPECT_EQ(client.read().status, 200);
  EXPECT_TRUE(client.read_to_end() == std::string(300'000, 'z'));
  ending.join();
}

}  // namespace
}  // namespace dure::node::http
