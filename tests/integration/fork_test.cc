// SPDX-License-Identifier: Apache-2.0
// A dishonest government: one key, two data folders, two servers, two histories. Both of its peers
// end up with the proof, and a citizen is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "dure/checkpoint.h"
#include "integration/dure_process.h"
#include "node/http/client.h"

namespace dure::test {
namespace {

using nlohmann::json;
using node::http::testing::Client;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSuwon = "suwon.go.kr/dure/1";

std::string service(const std::string& title) {
  return json{{"type", "service"},
              {"title", {{"ko", title}}},
              {"summary", {{"ko", "간호사가 찾아가 건강을 살핍니다."}}},
              {"department", {{"ko", "보건소 건강증진과"}}},
              {"contact", {{"phone", "031-000-0000"}}},
              {"regions",
               json::array({{{"scheme", "bjd"}, {"code", "4111000000"}, {"asOf", "2024-01-01"}}})},
              {"status", {{"code", "running"}}},
              {"modified", "2026-03-01"},
              {"licence", "kogl-1"}}
      .dump();
}

class ForkTest : public testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program dure was not built";
    init(first_, kSuwon, "수원시", "41110");
    publish(first_, "공통 사업");
    std::filesystem::copy(first_, second_, std::filesystem::copy_options::recursive);
    publish(first_, "하나뿐인 이야기");
    publish(second_, "다른 이야기");
    publish(second_, "또다른 이야기");
    init(b_, "andong.go.kr/dure/1", "안동시", "47170");
    init(c_, "yongin.go.kr/dure/1", "용인시", "41460");
  }
  static void init(const std::string& data, const std::string& origin, const std::string& name,
                   const std::string& region) {
    const auto made = run_dure(
        {"init", "--data", data, "--origin", origin, "--name", name, "--region", region, "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  static void publish(const std::string& data, const std::string& title) {
    const auto done = run_dure({"publish", "--data", data, "-"}, service(title));
    ASSERT_EQ(done.code, 0) << done.err;
  }
  static void add_peer(const std::string& data, const ServeProcess& peer) {
    const auto added = run_dure({"peer", "add", peer.url(), "--data", data, "--yes"});
    ASSERT_EQ(added.code, 0) << added.err;
  }
  static json status(const std::string& data) {
    const auto done = run_dure({"status", "--data", data, "--json"});
    EXPECT_EQ(done.code, 0) << done.err;
    return json::parse(done.out, nullptr, false);
  }
  /// Pulls until the node has a proof that tells the place, or many rounds have passed.
  static json convicted(const std::string& data) {
    json forks;
    for (int i = 0; i < 50; ++i) {
      (void)run_dure({"pull", "--once", "--data", data});
      forks = status(data)["forks"];
      if (!forks.empty() && forks[0].value("withheld_from", 0) == 1) break;
    }
    return forks;
  }
  /// What a search gives once the indexer has done its part.
  static Outcome search(const std::string& data, const std::string& words, int code) {
    Outcome found;
    for (int i = 0; i < 50; ++i) {
      found = run_dure({"search", "--data", data, words, "--json"});
      if (found.code == code) break;
    }
    return found;
  }
  static std::string fetch(const ServeProcess& node, const std::string& path) {
    const auto answer = Client::to(node.url()).get(path);
    EXPECT_EQ(answer.status, 200) << path << " " << answer.body;
    return answer.body;
  }
  /// Anybody downloads the proof from a node and checks it without one.
  void expect_proof_from(const ServeProcess& node, const std::string& path) {
    const auto listed = json::parse(fetch(node, "/federation/forks"));
    ASSERT_FALSE(listed["forks"].empty());
    EXPECT_EQ(listed["forks"][0]["origin"], kSuwon);
    const auto file = folder_.file("downloaded.fork", fetch(node, path));
    const auto key = status(first_)["log_vkey"].get<std::string>();
    const auto verified = run_dure({"verify-fork", file, "--vkey", key, "--json"});
    EXPECT_EQ(verified.code, 0) << verified.err;
    const auto told = json::parse(verified.out, nullptr, false);
    EXPECT_EQ(told["origin"], kSuwon);
    EXPECT_EQ(told["agreed"], 1);
    const auto policy = folder_.file("policy", fetch(node, "/federation/policy"));
    EXPECT_EQ(run_dure({"verify-fork", file, "--policy", policy}).code, 0);
    EXPECT_EQ(run_dure({"verify-fork", file, "--vkey", status(b_)["log_vkey"]}).code, 1);
  }
  static void expect_withheld(const ServeProcess& node, const std::string& data,
                              const std::string& told, const std::string& path) {
    EXPECT_EQ(search(data, told, 1).code, 1) << told;
    EXPECT_EQ(search(data, "공통", 0).code, 0);
    const auto api = json::parse(fetch(node, "/api/v1/entries"));
    ASSERT_EQ(api["withheld"].size(), 1U);
    EXPECT_EQ(api["withheld"][0]["origin"], kSuwon);
    EXPECT_EQ(api["withheld"][0]["publisher"], "수원시");
    EXPECT_EQ(api["withheld"][0]["from"], 1);
    EXPECT_EQ(api["withheld"][0]["proof"], path);
    EXPECT_EQ(api["indexed"], api["stored"]);
    const auto& entry = api["entries"][0];
    const auto record = json::parse(fetch(node, entry["links"]["self"].get<std::string>()));
    EXPECT_EQ(record["provenance"]["forkProof"], path);
    for (const auto& page :
         {std::string("/"), "/e/" + entry["id"].get<std::string>(), std::string("/about")}) {
      EXPECT_THAT(fetch(node, page), HasSubstr("두 가지로 갈라져")) << page;
      EXPECT_THAT(fetch(node, page), HasSubstr("href=\"" + path + "\"")) << page;
      const auto english = page + "?lang=en";
      EXPECT_THAT(fetch(node, english), HasSubstr("only the 1 entries")) << page;
    }
    const auto unknown = Client::to(node.url()).get("/api/v1/entries/aaaaaaaaaaaaaaaaaaaaaaaaae");
    EXPECT_EQ(unknown.status, 404);
    EXPECT_THAT(unknown.body, HasSubstr("withheld"));
    const auto page = Client::to(node.url()).get("/e/aaaaaaaaaaaaaaaaaaaaaaaaae");
    EXPECT_EQ(page.status, 404);
    EXPECT_THAT(page.body, HasSubstr("보여 드리지 않는 항목"));
  }

  TempFolder folder_;
  std::string first_ = folder_.path("s1"), second_ = folder_.path("s2"), b_ = folder_.path("b"),
              c_ = folder_.path("c");
};

TEST_F(ForkTest, TwoHistoriesToldToTwoPeersAreProvenToBoth) {
  ServeProcess one(first_), two(second_);
  auto b = std::make_unique<ServeProcess>(b_);
  ServeProcess c(c_);
  add_peer(b_, one);
  add_peer(c_, two);
  EXPECT_EQ(search(b_, "하나뿐인", 0).code, 0);
  EXPECT_EQ(search(c_, "또다른", 0).code, 0);
  EXPECT_TRUE(status(b_)["forks"].empty());
  add_peer(b_, c);
  add_peer(c_, *b);

  const auto at_b = convicted(b_), at_c = convicted(c_);
  for (const auto& forks : {at_b, at_c}) {
    ASSERT_EQ(forks.size(), 1U);
    EXPECT_EQ(forks[0]["origin"], kSuwon);
    EXPECT_EQ(forks[0]["name"], "수원시");
    EXPECT_EQ(forks[0]["agreed"], 1);
    EXPECT_EQ(forks[0]["withheld_from"], 1);
    EXPECT_EQ(forks[0]["followed"], false);
  }
  expect_proof_from(*b, at_b[0]["proof"]);
  expect_proof_from(c, at_c[0]["proof"]);
  expect_withheld(*b, b_, "하나뿐인", at_b[0]["proof"]);
  expect_withheld(c, c_, "또다른", at_c[0]["proof"]);
  const auto hash = "/mirror/" + origin_hash(kSuwon);
  EXPECT_THAT(fetch(*b, hash + "/checkpoint"), HasSubstr("\n2\n")) << "the log itself stays served";
  EXPECT_THAT(run_dure({"status", "--data", b_}).out, HasSubstr("FORKED: 수원시"));
  EXPECT_THAT(run_dure({"status", "--data", b_, "--lang", "ko"}).out, HasSubstr("이력 갈라짐"));

  // Neither branch is followed further, and a restart forgets nothing.
  publish(first_, "뒤늦은 이야기");
  b->stop(SIGKILL);
  b = std::make_unique<ServeProcess>(b_);
  (void)run_dure({"pull", "--once", "--data", b_});
  EXPECT_EQ(status(b_)["forks"][0]["proof"], at_b[0]["proof"]);
  EXPECT_THAT(fetch(*b, hash + "/checkpoint"), HasSubstr("\n2\n"));
  EXPECT_EQ(search(b_, "뒤늦은", 1).code, 1);
}

TEST_F(ForkTest, ATwinIsNoticedByTheNodeItselfAndStopsSigning) {
  ServeProcess two(second_), c(c_);
  auto one = std::make_unique<ServeProcess>(first_);
  add_peer(c_, two);
  (void)run_dure({"pull", "--once", "--data", c_});
  EXPECT_EQ(status(first_)["state"], "ok");
  add_peer(first_, c);
  (void)run_dure({"pull", "--once", "--data", first_});
  const auto told = status(first_);
  EXPECT_EQ(told["state"], "quarantined");
  EXPECT_EQ(told["quarantine"]["text"], "recovery.twin");
  const auto refused = run_dure({"publish", "--data", first_, "-"}, service("나중 사업"));
  EXPECT_EQ(refused.code, 5);
  EXPECT_THAT(refused.err, HasSubstr("another machine runs with the same key"));
  EXPECT_THAT(fetch(*one, "/log/checkpoint"), HasSubstr("\n2\n"));
  // The start tries to fetch what is missing, and finds that it is another history.
  one->stop(SIGTERM);
  one = std::make_unique<ServeProcess>(first_);
  const auto later = status(first_);
  EXPECT_EQ(later["quarantine"]["text"], "recovery.twin-fork");
  ASSERT_EQ(later["forks"].size(), 1U);
  expect_proof_from(*one, later["forks"][0]["proof"]);
}

TEST_F(ForkTest, ATwinWithAnotherHistoryIsRememberedOverARestart) {
  publish(first_, "셋째 이야기");
  publish(first_, "넷째 이야기");
  ServeProcess two(second_), c(c_);
  auto one = std::make_unique<ServeProcess>(first_);
  add_peer(c_, two);
  (void)run_dure({"pull", "--once", "--data", c_});
  add_peer(first_, c);
  (void)run_dure({"pull", "--once", "--data", first_});
  EXPECT_EQ(status(first_)["quarantine"]["text"], "recovery.twin-fork");
  one->stop(SIGTERM);
  const auto stopped = status(first_);
  EXPECT_EQ(stopped["state"], "quarantined") << "also for a command without a running node";
  EXPECT_EQ(stopped["forks"][0]["origin"], kSuwon);
  c.stop(SIGTERM);
  one = std::make_unique<ServeProcess>(first_);
  EXPECT_EQ(status(first_)["state"], "quarantined") << "no peer has to say it again";
  EXPECT_EQ(run_dure({"publish", "--data", first_, "-"}, service("나중 사업")).code, 5);
}

}  // namespace
}  // namespace dure::test
