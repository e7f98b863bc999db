// SPDX-License-Identifier: Apache-2.0
// Two governments: what one publishes, the other finds and proves, whether the nodes run or not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "integration/dure_process.h"

namespace dure::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

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

class TwoNodesTest : public testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program dure was not built";
    init(a_, "suwon.go.kr/dure/1", "수원시", "41110");
    init(b_, "andong.go.kr/dure/1", "안동시", "47170");
  }

  static void init(const std::string& data, const std::string& origin, const std::string& name,
                   const std::string& region) {
    const auto made = run_dure({"init", "--data", data, "--origin", origin, "--name", name,
                                "--region", region, "--role", "town", "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
  }

  std::string publish(const std::string& data, const std::string& entry) {
    const auto done = run_dure({"publish", "--data", data, "-", "--json"}, entry);
    EXPECT_EQ(done.code, 0) << done.err;
    const auto answer = json::parse(done.out, nullptr, false);
    return answer.is_object() && !answer["published"].empty()
               ? answer["published"][0]["id"].get<std::string>()
               : "";
  }

  static json status(const std::string& data) {
    const auto done = run_dure({"status", "--data", data, "--json"});
    EXPECT_EQ(done.code, 0) << done.err;
    return json::parse(done.out, nullptr, false);
  }

  // B pulls once and indexes before the command ends, or the running node soon after: ask until it
  // is found.
  static Outcome search_until_found(const std::string& data, const std::string& words) {
    Outcome found;
    for (int i = 0; i < 100; ++i) {
      found = run_dure({"search", "--data", data, words, "--json"});
      if (found.code == 0) return found;
    }
    return found;
  }

  // The proof of `id` from `data` must verify offline, and not for another body.
  void expect_proof(const std::string& data, const std::string& id) {
    const auto proof = folder_.path("proof"), body = folder_.path("body"),
               policy = folder_.path("policy");
    const auto written = run_dure(
        {"proof", "--data", data, id, "--output", proof, "--body", body, "--policy", policy});
    ASSERT_EQ(written.code, 0) << written.err;
    const auto good = run_dure({"verify", proof, body, "--policy", policy});
    EXPECT_EQ(good.code, 0) << good.err;
    EXPECT_THAT(good.out, HasSubstr("Genuine"));
    const auto forged = folder_.file("forged", read_file(body) + " ");
    const auto bad = run_dure({"verify", proof, forged, "--policy", policy, "--lang", "ko"});
    EXPECT_EQ(bad.code, 1);
    EXPECT_THAT(bad.err, HasSubstr("본문이 발행된 것과 다릅니다"));
  }

  TempFolder folder_;
  std::string a_ = folder_.path("a"), b_ = folder_.path("b");
};

TEST_F(TwoNodesTest, ExchangeWhileBothServe) {
  ServeProcess a(a_), b(b_);
  ASSERT_FALSE(a.url().empty());
  ASSERT_FALSE(b.url().empty());
  ASSERT_EQ(run_dure({"peer", "add", "--data", a_, b.url(), "--yes"}).code, 0);
  ASSERT_EQ(run_dure({"peer", "add", "--data", b_, a.url(), "--yes"}).code, 0);

  const auto id = publish(a_, service("방문 건강관리"));
  ASSERT_EQ(id.size(), 26U);
  EXPECT_EQ(status(a_)["size"], 1);

  const auto pulled = run_dure({"pull", "--data", b_, "--once"});
  EXPECT_EQ(pulled.code, 0) << pulled.err;
  const auto report = status(b_);
  ASSERT_EQ(report["peers"].size(), 1U);
  EXPECT_EQ(report["peers"][0]["origin"], "suwon.go.kr/dure/1");
  EXPECT_EQ(report["peers"][0]["size"], 1);
  EXPECT_EQ(report["peers"][0]["lag"], 0);
  EXPECT_THAT(search_until_found(b_, "건강관리").out, HasSubstr(id));
  expect_proof(b_, id);

  ASSERT_EQ(run_dure({"withdraw", "--data", a_, id, "--reason", "끝났습니다"}).code, 0);
  ASSERT_EQ(run_dure({"pull", "--data", b_, "--once"}).code, 0);
  EXPECT_EQ(status(b_)["peers"][0]["size"], 2);
  EXPECT_EQ(a.stop(SIGTERM), 0);
  EXPECT_EQ(b.stop(SIGINT), 0);
}

TEST_F(TwoNodesTest, CommandsWorkWhileNothingServes) {
  const auto id = publish(a_, service("경로당 공동급식"));
  EXPECT_EQ(run_dure({"search", "--data", a_, "공동급식"}).code, 0);
  EXPECT_EQ(run_dure({"search", "--data", a_, "없는낱말"}).code, 1);
  EXPECT_THAT(run_dure({"show", "--data", a_, id}).out, HasSubstr("suwon.go.kr/dure/1"));
  EXPECT_EQ(run_dure({"fsck", "--data", a_, "--rebuild-catalogue"}).code, 0);
  expect_proof(a_, id);

  ServeProcess a(a_);
  ASSERT_EQ(run_dure({"peer", "add", "--data", b_, a.url(), "--yes"}).code, 0);
  ASSERT_EQ(run_dure({"pull", "--data", b_, "--once"}).code, 0);
  EXPECT_EQ(run_dure({"search", "--data", b_, "공동급식"}).code, 0);
}

TEST_F(TwoNodesTest, KilledNodeKeepsWhatItAcknowledged) {
  ServeProcess a(a_);
  publish(a_, service("하나"));
  publish(a_, service("둘"));
  const auto before = status(a_);
  EXPECT_EQ(a.stop(SIGKILL), 128 + SIGKILL);
  const auto after = status(a_);
  EXPECT_EQ(after["size"], 2);
  EXPECT_EQ(after["root"], before["root"]);
  ServeProcess again(a_);
  EXPECT_FALSE(again.url().empty());
  publish(a_, service("셋"));
  EXPECT_EQ(status(a_)["size"], 3);
}

TEST_F(TwoNodesTest, RestoredBackupIsHealedFromAPeersMirror) {
  ServeProcess b(b_);
  publish(a_, service("하나"));
  std::filesystem::copy_file(a_ + "/node.db", folder_.path("backup.db"));
  const auto second = publish(a_, service("둘"));
  {
    ServeProcess a(a_);
    ASSERT_EQ(run_dure({"peer", "add", "--data", a_, b.url(), "--yes"}).code, 0);
    ASSERT_EQ(run_dure({"peer", "add", "--data", b_, a.url(), "--yes"}).code, 0);
    ASSERT_EQ(run_dure({"pull", "--data", b_, "--once"}).code, 0);
  }
  std::filesystem::copy_file(folder_.path("backup.db"), a_ + "/node.db",
                             std::filesystem::copy_options::overwrite_existing);
  // The backup is older than the peer's address, so it is added again; the node is quarantined
  // until it can ask.
  ASSERT_EQ(run_dure({"peer", "add", "--data", a_, b.url(), "--yes"}).code, 0);
  publish(a_, service("셋"));
  EXPECT_EQ(status(a_)["size"], 3);
  EXPECT_EQ(run_dure({"show", "--data", a_, second}).code, 0);
}

TEST_F(TwoNodesTest, SecondNodeOnOneFolderIsRefusedAndNamesTheFirst) {
  ServeProcess a(a_);
  const auto second = run_dure({"serve", "--data", a_, "--listen", "127.0.0.1:0"});
  EXPECT_EQ(second.code, 5);
  EXPECT_THAT(second.err, HasSubstr(std::to_string(a.pid())));
}

TEST_F(TwoNodesTest, TakenPortIsNamed) {
  ServeProcess a(a_);
  const auto second = run_dure({"serve", "--data", b_, "--listen", a.listen()});
  EXPECT_EQ(second.code, 3);
  EXPECT_THAT(second.err, HasSubstr(a.listen()));
}

TEST_F(TwoNodesTest, TransferFileCarriesALogAcrossAGap) {
  const auto id = publish(a_, service("마을 도서관"));
  const auto bundle = folder_.path("suwon.tar");
  ASSERT_EQ(run_dure({"export", "--data", a_, bundle}).code, 0);
  const auto vkey = status(a_)["log_vkey"].get<std::string>();
  const auto taken = run_dure({"import-bundle", "--data", b_, bundle, "--vkey", vkey});
  EXPECT_EQ(taken.code, 0) << taken.err;
  EXPECT_EQ(run_dure({"search", "--data", b_, "도서관"}).code, 0);
  expect_proof(b_, id);
}

TEST_F(TwoNodesTest, NamingTheKeyOfAKnownPeerKeepsWhatIsKnownOfIt) {
  publish(a_, service("마을 도서관"));
  const auto bundle = folder_.path("suwon.tar");
  ASSERT_EQ(run_dure({"export", "--data", a_, bundle}).code, 0);
  const auto vkey = status(a_)["log_vkey"].get<std::string>();
  ServeProcess a(a_);
  ASSERT_EQ(run_dure({"peer", "add", "--data", b_, a.url(), "--yes"}).code, 0);
  ASSERT_EQ(run_dure({"import-bundle", "--data", b_, bundle, "--vkey", vkey}).code, 0);
  const auto peers = status(b_)["peers"];
  ASSERT_EQ(peers.size(), 1U);
  EXPECT_EQ(peers[0]["name"], "수원시") << peers;
  EXPECT_EQ(peers[0]["url"], a.url());
}

TEST_F(TwoNodesTest, RevisesById) {
  const auto id = publish(a_, service("처음 제목"));
  auto revision = json::parse(service("고친 제목"));
  revision["id"] = id;
  EXPECT_EQ(publish(a_, revision.dump()), id);
  const auto shown =
      json::parse(run_dure({"show", "--data", a_, id, "--json"}).out, nullptr, false);
  EXPECT_EQ(shown["rev"], 2);
  EXPECT_EQ(shown["history"]["revisions"].size(), 2U);
}

}  // namespace
}  // namespace dure::test
