// SPDX-License-Identifier: Apache-2.0
// Three members and an outsider: what is for members reaches the members and nobody else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "dure/checkpoint.h"
#include "integration/dure_process.h"
#include "integration/files_with.h"
#include "node/http/client.h"

namespace dure::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using node::http::testing::Client;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kWord = "qzmembersonlyxw";  // found nowhere else
constexpr std::size_t kOutsider = 3;

std::string service(const std::string& title) {
  return json{{"type", "service"},
              {"title", {{"ko", title}}},
              {"summary", {{"ko", "구성원끼리 나누는 안내입니다."}}},
              {"department", {{"ko", "정보통신과"}}},
              {"contact", {{"phone", "031-000-0000"}}},
              {"regions", json::array({{{"scheme", "bjd"}, {"code", "4111000000"}}})},
              {"status", {{"code", "running"}}},
              {"modified", "2026-03-01"},
              {"licence", "kogl-1"}}
      .dump();
}

class MembersNodesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built: DURE_PROGRAM is empty";
    nodes_.resize(4);
    listen_.resize(4);
    for (std::size_t i = 0; i < 4; ++i) {
      data_.push_back(folder_.path("t" + std::to_string(i)));
      const auto made = run_dure({"init", "--data", data_.back(), "--origin", origin(i), "--name",
                                  "마을 " + std::to_string(i), "--region", "41110", "--yes"});
      ASSERT_EQ(made.code, 0) << made.err;
      serve(i);
    }
    for (const std::size_t i : {1U, 2U}) admit(i);
    const auto added =
        run_dure({"peer", "add", "--data", data_[kOutsider], nodes_[0]->url(), "--yes"});
    ASSERT_EQ(added.code, 0) << added.err;
  }
  static std::string origin(std::size_t i) { return "t" + std::to_string(i) + ".example/dure/1"; }
  /// On the port that it had before, if it had one.
  void serve(std::size_t i) {
    if (listen_[i].empty()) listen_[i] = free_address();
    const std::vector<std::string> flags = {
        "--listen", listen_[i], "--url", "http://" + listen_[i], "--pull-interval", "1"};
    nodes_[i] = std::make_unique<ServeProcess>(data_[i], flags);
    ASSERT_EQ(nodes_[i]->url(), "http://" + listen_[i]);
    ASSERT_TRUE(comes_true([&] { return own_url(i) == nodes_[i]->url(); }));
  }
  void stop(std::size_t i) {
    nodes_[i]->stop(SIGTERM);
    nodes_[i].reset();
  }
  json report(std::size_t i) const {
    return json::parse(run_dure({"charter", "status", "--data", data_[i], "--json"}).out, nullptr,
                       false);
  }
  /// As the charter that the node has adopted says.
  std::string own_url(std::size_t i) const {
    const std::string id = "t" + std::to_string(i) + ".example/dure";
    const auto told = report(i);
    for (const auto& member : told["members"]) {
      if (member["id"] == id) return member["url"].get<std::string>();
    }
    return {};
  }
  void admit(std::size_t i) {
    const auto fingerprint = report(0)["fingerprint"].get<std::string>();
    ASSERT_EQ(
        run_dure({"join", nodes_[0]->url(), "--data", data_[i], "--fingerprint", fingerprint}).code,
        0);
    const auto draft = report(0)["drafts"][0]["hash"].get<std::string>();
    ASSERT_EQ(run_dure({"charter", "sign", draft, "--data", data_[0], "--yes"}).code, 0);
    ASSERT_TRUE(comes_true([&] { return report(i)["members"].size() == i + 1; }));
  }
  /// Each `pull --once` asks all others anew, so that no test waits for the clock.
  template <class Condition>
  bool comes_true(const Condition& condition) {
    for (int i = 0; i < 60; ++i) {
      if (condition()) return true;
      for (std::size_t at = 0; at < data_.size(); ++at)
        if (nodes_[at]) (void)run_dure({"pull", "--data", data_[at], "--once"});
    }
    return false;
  }
  std::string publish(const std::string& entry, const std::vector<std::string>& further = {}) {
    std::vector<std::string> words = {"publish", "--data", data_[0], "-", "--json"};
    words.insert(words.end(), further.begin(), further.end());
    const auto done = run_dure(words, entry);
    const auto answer = json::parse(done.out, nullptr, false);
    EXPECT_TRUE(answer.is_object() && !answer["published"].empty()) << done.out << done.err;
    return answer.is_object() && !answer["published"].empty()
               ? answer["published"][0]["id"].get<std::string>()
               : "";
  }
  /// "here", "missing", "erased", "withdrawn", or "" if the node has no such entry.
  std::string state(std::size_t i, const std::string& id) const {
    const auto list = json::parse(run_dure({"members", "list", "--data", data_[i], "--json"}).out,
                                  nullptr, false);
    for (const auto& entry : list.value("entries", json::array()))
      if (entry["id"] == id) return entry["state"].get<std::string>();
    return {};
  }
  bool both_have(const std::string& id, const std::string& what) {
    return comes_true([&] { return state(1, id) == what && state(2, id) == what; });
  }
  node::http::testing::Answer get(std::size_t i, const std::string& path) {
    return Client::to(nodes_[i]->url()).get(path);
  }

  TempFolder folder_;
  std::vector<std::string> data_, listen_;
  std::vector<std::unique_ptr<ServeProcess>> nodes_;
};

TEST_F(MembersNodesTest, MembersGetTheBodyAndAnOutsiderDoesNot) {
  const auto id = publish(service(std::string("내부 안내 ") + kWord), {"--class", "members"});
  publish(service("모두에게 알림"));
  ASSERT_TRUE(both_have(id, "here"));

  // The operator of a member reads it.
  const auto shown = run_dure({"show", "--data", data_[1], id});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr(kWord));
  EXPECT_THAT(shown.out, HasSubstr("members only"));
  EXPECT_EQ(run_dure({"members", "list", "--data", data_[2], kWord}).code, 0);
  EXPECT_EQ(run_dure({"members", "list", "--data", data_[2], "nothing-like-it"}).code, 1);

  // The outsider has the leaf, and that is all.
  ASSERT_TRUE(comes_true([&] { return state(kOutsider, id) == "missing"; }));
  EXPECT_EQ(run_dure({"show", "--data", data_[kOutsider], id}).code, 1);
  EXPECT_THAT(files_with(data_[kOutsider], kWord), IsEmpty());
  EXPECT_THAT(files_with(data_[1], kWord), Not(IsEmpty())) << "the search finds what there is";
  const auto status = json::parse(run_dure({"status", "--data", data_[kOutsider], "--json"}).out);
  EXPECT_EQ(status["members_only"], json({{"entries", 1}, {"missing", 1}}));

  // No public path of the publisher or of a mirror tells it.
  const std::string hash = origin_hash(origin(0));
  for (const std::size_t i : {0U, 1U}) {
    const std::string log = i == 0 ? "/log" : "/mirror/" + hash;
    const auto size = json::parse(get(i, "/federation/heads").body)["heads"].size();
    EXPECT_GT(size, 0U);
    EXPECT_TRUE(comes_true([&] { return get(i, log + "/bodies/000.p/2").status == 200; }));
    for (const auto& path :
         {log + "/bodies/000.p/2", log + "/bodies/000.p/1", log + "/tile/entries/000.p/2",
          std::string("/federation/heads"), std::string("/api/v1/entries?q=%EB%82%B4%EB%B6%80"),
          "/api/v1/entries/" + id, "/api/v1/entries/" + id + "/history",
          "/api/v1/entries/" + id + "/body", "/api/v1/entries/" + id + "/proof", "/e/" + id,
          std::string("/?q=%EB%82%B4%EB%B6%80"), "/federation/bodies/" + hash + "/000.p/2",
          std::string("/control/v1/members"), "/control/v1/members/" + id}) {
      EXPECT_THAT(get(i, path).body, Not(HasSubstr(kWord))) << path;
    }
    EXPECT_EQ(get(i, "/api/v1/entries/" + id).status, 404);
    EXPECT_EQ(get(i, "/control/v1/members").status, 404);
    EXPECT_EQ(get(i, "/federation/bodies/" + hash + "/000.p/2").status, 401);
  }
  const auto file = folder_.path("export");
  ASSERT_EQ(run_dure({"export", "--data", data_[1], file}).code, 0);
  EXPECT_THAT(read_file(file), Not(HasSubstr(kWord)));
}

TEST_F(MembersNodesTest, AMirrorThatHasItHandsItOn) {
  stop(2);
  const auto id = publish(service(kWord), {"--class", "members"});
  ASSERT_TRUE(comes_true([&] { return state(1, id) == "here"; }));
  stop(0);
  serve(2);
  EXPECT_TRUE(comes_true([&] { return state(2, id) == "here"; }));
}

TEST_F(MembersNodesTest, WhatIsErasedLeavesEveryMemberForGood) {
  const auto id = publish(service(kWord), {"--class", "members"});
  ASSERT_TRUE(both_have(id, "here"));
  const auto erased = run_dure({"erase", "--data", data_[0], id, "--yes", "--reason", "mistake"});
  ASSERT_EQ(erased.code, 0) << erased.err;
  ASSERT_TRUE(both_have(id, "erased"));
  EXPECT_TRUE(comes_true([&] {
    return files_with(data_[0], kWord).empty() && files_with(data_[1], kWord).empty() &&
           files_with(data_[2], kWord).empty();
  }));
  EXPECT_EQ(state(1, id), "erased");
  const auto status = json::parse(run_dure({"status", "--data", data_[1], "--json"}).out);
  EXPECT_EQ(status["members_only"]["missing"], 0) << "nobody asks for it any more";
  EXPECT_EQ(get(0, "/api/v1/entries/" + id).status, 404) << "no tombstone tells of it";
}

TEST_F(MembersNodesTest, ALostDatabaseGetsItsBodiesBackFromTheMembers) {
  const auto id = publish(service(kWord), {"--class", "members"});
  ASSERT_TRUE(both_have(id, "here"));
  stop(0);
  serve(0);  // each start writes down whom to ask for a lost database
  stop(0);
  for (const char* name : {"node.db", "node.db-wal", "node.db-shm"})
    fs::remove(data_[0] + "/" + name);
  serve(0);
  EXPECT_TRUE(comes_true([&] { return state(0, id) == "here"; }));
  EXPECT_EQ(run_dure({"fsck", "--data", data_[0]}).code, 0);
}

TEST_F(MembersNodesTest, ARecordKeepsItsClass) {
  auto entry = json::parse(service(kWord));
  entry["class"] = "members";
  const auto id = publish(entry.dump());
  entry["id"] = id;
  EXPECT_EQ(publish(entry.dump()), id);
  entry.erase("class");
  const auto opened = run_dure({"publish", "--data", data_[0], "-"}, entry.dump());
  EXPECT_EQ(opened.code, 1);
  EXPECT_THAT(opened.err, HasSubstr("members only"));
  auto open_entry = json::parse(service("모두에게"));
  open_entry["id"] = publish(open_entry.dump());
  EXPECT_EQ(
      run_dure({"publish", "--data", data_[0], "-", "--class", "members"}, open_entry.dump()).code,
      1);
  open_entry["class"] = "secret";
  EXPECT_EQ(run_dure({"publish", "--data", data_[0], "-"}, open_entry.dump()).code, 1);
  EXPECT_EQ(run_dure({"publish", "--data", data_[0], "-", "--class", "secret"}, "{}").code, 2);

  ASSERT_EQ(run_dure({"withdraw", "--data", data_[0], id, "--reason", kWord}).code, 0);
  EXPECT_EQ(state(0, id), "withdrawn");
  EXPECT_THAT(get(0, "/log/bodies/000.p/4").body, Not(HasSubstr(kWord)))
      << "a withdrawal's reason is for members too";
}

}  // namespace
}  // namespace dure::test
