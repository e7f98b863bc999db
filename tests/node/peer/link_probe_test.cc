// SPDX-License-Identifier: Apache-2.0
#include "peer/link_probe.h"

#include <gtest/gtest.h>

#include <mutex>

#include "support/scripted_server.h"

namespace dure::node {
namespace {

class LinkProbeTest : public testing::Test {
 protected:
  LinkProbeTest()
      : server_(listen_tcp(port_), [this](int socket, int) {
          for (std::string head = hear(socket); !head.empty(); head = hear(socket)) {
            std::string reply;
            {
              const std::lock_guard lock(mutex_);
              heads_.push_back(head);
              reply = reply_(head.substr(0, head.find(' ')), path_of(head));
            }
            if (reply.empty() || !say(socket, reply)) return;
          }
        }) {}

  using Reply = std::function<std::string(const std::string& method, const std::string& path)>;
  LinkAnswer ask(const std::string& path, Reply reply, bool private_addresses = true,
                 const std::string& host = "127.0.0.1") {
    {
      const std::lock_guard lock(mutex_);
      reply_ = std::move(reply);
      heads_.clear();
    }
    LinkProbeOptions options;
    options.private_addresses = private_addresses;
    options.user_agent = "dure/test (link check)";
    options.silence_timeout = std::chrono::milliseconds(500);
    LinkProbe probe(options);
    return probe.ask("http://" + host + ":" + std::to_string(port_) + path, {});
  }
  std::vector<std::string> heads() {
    const std::lock_guard lock(mutex_);
    return heads_;
  }
  static std::string head_only(const std::string& status, const std::string& fields = {}) {
    return "HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: 5\r\n\r\n";
  }

  std::mutex mutex_;
  Reply reply_;
  std::vector<std::string> heads_;
  int port_ = 0;
  ScriptedServer server_;
};

TEST_F(LinkProbeTest, APageThatIsThereCostsOneHead) {
  const LinkAnswer found = ask(
      "/page?q=1+2", [](const std::string&, const std::string&) { return head_only("200 OK"); });
  EXPECT_EQ(found.finding, LinkFinding::kAnswers);
  EXPECT_EQ(found.status, 200);
  const auto asked = heads();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_TRUE(asked[0].starts_with("HEAD /page?q=1+2 HTTP/1.1\r\n")) << asked[0];
  EXPECT_NE(asked[0].find("User-Agent: dure/test (link check)"), std::string::npos);
}

TEST_F(LinkProbeTest, WhatHeadDoesNotBringIsGot) {
  for (const char* status : {"404 Not Found", "405 Method Not Allowed", "500 Oh", "403 No"}) {
    const LinkAnswer found = ask("/", [&](const std::string& method, const std::string&) {
      return method == "HEAD" ? head_only(status) : answer("200 OK", "there");
    });
    EXPECT_EQ(found.finding, LinkFinding::kAnswers) << status;
  }
  EXPECT_EQ(heads().size(), 2U);
}

TEST_F(LinkProbeTest, EachStatusHasItsMeaning) {
  const std::vector<std::pair<const char*, LinkFinding>> kMeanings = {
      {"200 OK", LinkFinding::kAnswers},   {"204 Empty", LinkFinding::kAnswers},
      {"404 No", LinkFinding::kGone},      {"410 Gone", LinkFinding::kGone},
      {"500 Oh", LinkFinding::kGone},      {"503 Later", LinkFinding::kGone},
      {"401 Who", LinkFinding::kUnclear},  {"403 No", LinkFinding::kUnclear},
      {"429 Slow", LinkFinding::kUnclear}, {"451 Law", LinkFinding::kUnclear}};
  for (const auto& meaning : kMeanings) {
    const std::string status = meaning.first;
    const LinkAnswer found = ask("/", [&](const std::string& method, const std::string&) {
      return method == "HEAD" ? head_only(status) : answer(status, "");
    });
    EXPECT_EQ(found.finding, meaning.second) << status;
    EXPECT_EQ(found.status, std::stoi(status)) << status;
  }
}

TEST_F(LinkProbeTest, WhoeverWantsToBeLeftAloneIsNotAskedTwice) {
  const LinkAnswer found = ask("/", [](const std::string&, const std::string&) {
    return head_only("429 Slow", "Retry-After: 3600\r\n");
  });
  EXPECT_EQ(found.retry_after, 3600U);
  EXPECT_EQ(heads().size(), 1U);
}

TEST_F(LinkProbeTest, RedirectsAreFollowedAndEnd) {
  const LinkAnswer found = ask("/1", [](const std::string&, const std::string& path) {
    if (path == "/3?x=1") return head_only("200 OK");
    return head_only("302 Found", path == "/1" ? "Location: 2\r\n" : "Location: /3?x=1#top\r\n");
  });
  EXPECT_EQ(found.finding, LinkFinding::kAnswers);
  EXPECT_EQ(heads().size(), 3U);
  const LinkAnswer round = ask("/1", [](const std::string&, const std::string&) {
    return head_only("301 Moved", "Location: /1\r\n");
  });
  EXPECT_EQ(round.finding, LinkFinding::kGone);
  EXPECT_EQ(round.status, 301);
  EXPECT_EQ(heads().size(), 5U);
}

TEST_F(LinkProbeTest, ALargePageIsNotReadToItsEnd) {
  const LinkAnswer found = ask("/", [](const std::string& method, const std::string&) {
    return method == "HEAD" ? head_only("405 No") : answer("200 OK", std::string(1 << 20, 'x'));
  });
  EXPECT_EQ(found.finding, LinkFinding::kAnswers);
}

TEST_F(LinkProbeTest, ItsOwnNetworkIsNotAskedUnlessSet) {
  const auto never = [](const std::string&, const std::string&) { return head_only("200 OK"); };
  for (const char* host : {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"}) {
    EXPECT_EQ(ask("/", never, false, host).finding, LinkFinding::kRefused) << host;
    EXPECT_TRUE(heads().empty()) << host;
  }
}

TEST_F(LinkProbeTest, NobodyThereIsSilence) {
  EXPECT_EQ(ask("/", [](const std::string&, const std::string&) { return std::string(); }).finding,
            LinkFinding::kSilent);
  int port = 0;
  ::close(listen_tcp(port));
  LinkProbeOptions options;
  options.private_addresses = true;
  LinkProbe probe(options);
  EXPECT_EQ(probe.ask("http://127.0.0.1:" + std::to_string(port) + "/", {}).finding,
            LinkFinding::kSilent);
}

TEST(RedirectTargetTest, LeadsWhereABrowserWouldGo) {
  const std::string at = "https://a.example/x/y?z=1";
  const std::vector<std::pair<const char*, const char*>> kTargets = {
      {"https://b.example/", "https://b.example/"},
      {"//b.example/q", "https://b.example/q"},
      {"/q", "https://a.example/q"},
      {"q", "https://a.example/x/q"},
      {"?q", "https://a.example/x/y?q"},
      {"q:1", ""},
      {"ftp://b.example/", ""},
      {"javascript:alert(1)", ""},
      {"https://user@b.example/", ""},
      {"/a b", ""},
      {"", ""}};
  for (const auto& [location, target] : kTargets)
    EXPECT_EQ(redirect_target(at, location), target) << location;
  EXPECT_EQ(redirect_target("http://a.example", "q"), "http://a.example/q");
}

}  // namespace
}  // namespace dure::node
