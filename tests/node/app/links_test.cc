// SPDX-License-Identifier: Apache-2.0
// A whole node that asks a page on this machine, until the page goes away and comes back.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/data_folder.h"
#include "app/link_parts.h"
#include "app/node_parts.h"
#include "app/status_report.h"
#include "dure/checkpoint.h"
#include "support/scripted_server.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kDay = 86'400;
constexpr char kOrigin[] = "suwon.go.kr/dure/1";

class NodeLinksTest : public testing::Test {
 protected:
  NodeLinksTest()
      : server_(listen_tcp(port_), [this](int socket, int) {
          for (std::string head = hear(socket); !head.empty(); head = hear(socket)) {
            ++asked_;
            const bool there = there_ || path_of(head) != "/p.csv";
            const std::string status = there ? "200 OK" : "404 Not Found";
            if (!say(socket, "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n")) return;
          }
        }) {}

  void open(const std::string& check, const std::string& private_addresses = "ask") {
    node_.reset();
    SettingSources sources;
    sources.flags = {{"--data", folder_.file("node")},
                     {"--origin", kOrigin},
                     {"--name", "수원시"},
                     {"--region", "41110"},
                     {"--log-level", "off"},
                     {"--links-check", check},
                     {"--links-private-addresses", private_addresses}};
    const LoadedSettings loaded = load_settings(sources);
    ASSERT_TRUE(loaded.problems.empty());
    if (!made_) {
      const auto made =
          create_data_folder(loaded.settings, [](std::string_view) { return std::string(); });
      ASSERT_TRUE(made) << made.error().detail;
      made_ = true;
    }
    auto node = open_node(loaded.settings, OpenFor::kWriting);
    ASSERT_TRUE(node) << node.error().detail;
    node_ = std::move(*node);
    node_->now = [this] { return now_; };
  }
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  void publish() {
    const Json body = {
        {"title", {{"ko", "주차장"}}},
        {"summary", {{"ko", "공영 주차장의 자리"}}},
        {"department", {{"ko", "교통과"}}},
        {"contact", {{"phone", "031-228-2114"}}},
        {"modified", "2026-01-01"},
        {"licence", "kogl-1"},
        {"kind", "data"},
        {"links", {{{"rel", "about"}, {"url", url("/about")}}}},
        {"distributions", {{{"url", url("/p.csv")}, {"format", "CSV"}, {"size", 7}}}}};
    Submission submission;
    submission.type = "dataset";
    submission.body = body.dump();
    const auto receipt = node_->publisher->publish(std::move(submission));
    ASSERT_TRUE(receipt) << receipt.error().detail;
    id_ = receipt->id;
  }
  /// Lives `weeks`, and waits for nothing but the clock.
  void live(int weeks) {
    for (const std::int64_t end = now_ + weeks * 7 * kDay; now_ < end; now_ += kDay) {
      for (int i = 0; i < 20; ++i) {
        const auto folded = node_->indexer->run_once();
        ASSERT_TRUE(folded) << folded.error().detail;
        const auto wait = node_->links->step({});
        if (wait > std::chrono::seconds(10)) break;
        now_ += wait.count();
      }
      const auto report = node_->links->report();
      ASSERT_TRUE(report);
      ASSERT_FALSE(report->last_error) << report->last_error->detail;
    }
  }
  Json get(const std::string& path) {
    http::Request request;
    request.method = "GET";
    request.path = path;
    const auto answer = node_->router.handle(request);
    EXPECT_EQ(answer.status, 200) << path << ' ' << *answer.body;
    return Json::parse(*answer.body, nullptr, false);
  }
  Json notices() {
    Json about = Json::array();
    const Json answer = get("/api/v1/entries/" + id_ + "/references");
    for (const Json& one : answer["namedBy"]["entries"]) {
      if (one["kind"] == "about") about.push_back(one);
    }
    return about;
  }
  Json quality() { return get("/api/v1/members/" + origin_hash(kOrigin) + "/quality"); }
  /// An outdated report is told for a while (QualityReports), the longer the slower the machine.
  bool accessibility_becomes(double points) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (quality()["dimensions"][1]["points"] != points) {
      if (std::chrono::steady_clock::now() > until) return false;
    }
    return true;
  }
  Json links_in_status() {
    const auto report = status_report(*node_);
    EXPECT_TRUE(report);
    return report ? Json::parse(*report)["links"] : Json();
  }

  TempFolder folder_;
  bool made_ = false;
  std::int64_t now_ = 1'790'000'000;
  std::atomic<bool> there_{true};
  std::atomic<int> asked_{0};
  int port_ = 0;
  std::string id_;
  ScriptedServer server_;
  std::unique_ptr<NodeParts> node_;
};

TEST_F(NodeLinksTest, APageThatGoesAwayIsToldAndItsReturnEndsThat) {
  open("on");
  publish();
  live(1);
  EXPECT_TRUE(notices().empty());
  EXPECT_EQ(links_in_status()["checked"], 2);
  EXPECT_EQ(quality()["dimensions"][1]["points"], 100.0) << "both addresses of the file answer";

  there_ = false;
  live(4);
  const Json told = notices();
  ASSERT_EQ(told.size(), 1U) << links_in_status();
  EXPECT_EQ(told[0]["type"], "notice");
  const Json notice = get("/api/v1/entries/" + told[0]["id"].get<std::string>());
  EXPECT_EQ(notice["body"]["findings"], Json({{{"url", url("/p.csv")}, {"status", 404}}}));
  const Json status = links_in_status();
  EXPECT_EQ(status["dead"], 1);
  EXPECT_EQ(status["notices"], 1);
  EXPECT_TRUE(accessibility_becomes(20.0)) << quality();
  const auto totals = link_totals(*node_);
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->dead, 1U);

  open("on");  // a stop and a start in between change nothing
  live(2);
  EXPECT_EQ(notices().size(), 1U);

  there_ = true;
  live(2);
  EXPECT_TRUE(notices().empty());
  EXPECT_EQ(links_in_status()["notices"], 0);
}

TEST_F(NodeLinksTest, AnEntryCannotMakeItAskThisMachine) {
  open("on", "refuse");
  publish();
  live(3);
  EXPECT_EQ(asked_, 0);
  EXPECT_TRUE(notices().empty());
  EXPECT_EQ(quality()["dimensions"][1]["notChecked"], 80.0);
}

TEST_F(NodeLinksTest, ByDefaultNobodyIsAskedAndNothingIsRemembered) {
  open("on");
  publish();
  live(1);
  const std::string file = DataFolder{folder_.file("node")}.links();
  EXPECT_TRUE(std::filesystem::exists(file));
  const int asked = asked_;
  open("off");
  EXPECT_EQ(node_->links, nullptr);
  EXPECT_EQ(links_in_status(), Json({{"check", "off"}}));
  run_links(*node_, {});
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(asked_, asked);
}

}  // namespace
}  // namespace dure::node
