// SPDX-License-Identifier: Apache-2.0
// Peers that are not hostile, only difficult: their clock is wrong, their certificate is not for
// us, they have no time for us.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <ctime>
#include <nlohmann/json.hpp>

#include "dure/key.h"
#include "integration/dure_process.h"
#include "peer/http_source.h"
#include "replication/backoff.h"
#include "support/scripted_server.h"

namespace dure::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

std::string http_date(std::int64_t ahead) {
  const std::time_t moment = std::time(nullptr) + ahead;
  std::tm parts{};
  gmtime_r(&moment, &parts);
  std::array<char, 64> text{};
  return {text.data(),
          std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

class DifficultPeerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built: DURE_PROGRAM is empty";
    const auto made = run_dure({"init", "--data", a_, "--origin", "suwon.go.kr/dure/1", "--name",
                                "수원시", "--region", "41110", "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  std::string status(const std::string& language) const {
    return run_dure({"status", "--data", a_, "--lang", language}).out;
  }

  TempFolder folder_;
  std::string a_ = folder_.path("a");
};

/// Another government's node, with nothing in its log and a clock of its own.
class PeerWithAClock {
 public:
  explicit PeerWithAClock(std::int64_t ahead) : ahead_(ahead) {
    Secret<32> secret;
    std::fill(secret.data(), secret.data() + 32, std::uint8_t{7});
    const auto signer = make_ed25519_signer("osan.go.kr/dure/1", KeyType::kEd25519, secret);
    card_ = json{{"origin", "osan.go.kr/dure/1"},
                 {"name", "오산시"},
                 {"region", "41370"},
                 {"role", "town"},
                 {"url", ""},
                 {"log_vkey", (*signer)->verifier().format()}}
                .dump();
    int port = 0;
    const int listener = node::listen_tcp(port);
    url_ = "http://127.0.0.1:" + std::to_string(port);
    server_ = std::make_unique<node::ScriptedServer>(listener, [this](int socket, int) {
      for (auto head = node::hear(socket); !head.empty(); head = node::hear(socket)) {
        const auto path = node::path_of(head);
        const std::string date = "\r\nDate: " + http_date(ahead_);
        if (path == "/federation/node") {
          node::say(socket, node::answer("200 OK" + date, card_));
        } else if (path == "/federation/heads") {
          node::say(socket, node::answer("200 OK" + date, R"({"heads":[]})"));
        } else {
          node::say(socket, node::answer("404 Not Found" + date, ""));
        }
      }
    });
  }
  const std::string& url() const { return url_; }
  void set_clock(std::int64_t ahead) { ahead_ = ahead; }

 private:
  std::atomic<std::int64_t> ahead_;
  std::string card_, url_;
  std::unique_ptr<node::ScriptedServer> server_;
};

TEST_F(DifficultPeerTest, AClockThatIsAnHourOffIsExplainedInBothLanguages) {
  PeerWithAClock peer(3'660);
  ServeProcess a(a_);
  const auto added = run_dure({"peer", "add", "--data", a_, peer.url(), "--yes"});
  ASSERT_EQ(added.code, 0) << added.err;
  EXPECT_THAT(status("en"), HasSubstr("clock: 61 minutes ahead of this node's"));
  EXPECT_THAT(status("ko"), HasSubstr("시계: 이 노드보다 61분 빠릅니다"));
  const auto told = json::parse(run_dure({"status", "--data", a_, "--json"}).out, nullptr, false);
  const auto ahead = told["peers"][0]["clock_ahead_seconds"].get<std::int64_t>();
  EXPECT_NEAR(static_cast<double>(ahead), 3'660, 30);

  peer.set_clock(-3'660);
  ASSERT_EQ(run_dure({"pull", "--data", a_, "--once"}).code, 0);
  EXPECT_THAT(status("en"), HasSubstr("minutes behind this node's"));
  EXPECT_THAT(status("ko"), HasSubstr("분 늦습니다"));

  peer.set_clock(0);
  ASSERT_EQ(run_dure({"pull", "--data", a_, "--once"}).code, 0);
  EXPECT_THAT(status("en"), Not(HasSubstr("clock:")));
  EXPECT_EQ(a.stop(SIGTERM), 0);
}

/// Fetches until it is asked to wait, `most` times at the most; answers how often it was served.
int fetches_until_told_to_wait(const std::string& url, int most, std::int64_t& told) {
  node::HttpSourceOptions options;
  options.pause = [&told](std::chrono::seconds wait, const std::stop_token&) {
    told = wait.count();
    return false;
  };
  const auto source = node::open_http_source(url, options);
  if (!source) return -1;
  for (int served = 0; served < most; ++served) {
    const auto answer = (*source)->fetch({.path = "/log/checkpoint", .max_bytes = 10'000});
    if (answer) continue;
    EXPECT_EQ(node::retry_after(answer.error()).count(), told) << answer.error().detail;
    return served;
  }
  return most;
}

// Whoever is on this machine may stop the node as well; whoever comes through a proxy may not.
TEST_F(DifficultPeerTest, RateLimitsSpareLoopbackButNotWhatAProxyForwards) {
  std::int64_t told = 0;
  {
    ServeProcess a(a_, {"--rate-limit", "1", "--rate-burst", "3"});
    EXPECT_EQ(fetches_until_told_to_wait(a.url(), 50, told), 50);
    EXPECT_EQ(told, 0);
  }
  ServeProcess a(a_, {"--rate-limit", "1", "--rate-burst", "3", "--trusted-proxies", "127.0.0.1"});
  const int served = fetches_until_told_to_wait(a.url(), 50, told);
  EXPECT_GE(served, 3);
  EXPECT_LT(served, 50);
  EXPECT_EQ(told, 1) << "seconds until the next request is allowed";
}

}  // namespace
}  // namespace dure::test
