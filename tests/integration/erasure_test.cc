// SPDX-License-Identifier: Apache-2.0
// Several governments: what one has erased is gone from every file of all of them, and nothing
// brings it back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "dure/proof.h"
#include "integration/dure_process.h"
#include "integration/files_with.h"
#include "node/http/client.h"

namespace dure::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using node::http::testing::Client;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kWord = "zqxjwvkbjrz";  // found nowhere else, cut by no tokenizer
constexpr const char* kName = "뷁쉙";         // a pair of syllables that is one word of the index
constexpr const char* kPhone = "031-987-6543";
constexpr std::size_t kOthers = 300;  // more than a bundle

std::string service(const std::string& title, const std::string& phone) {
  return json{{"type", "service"},
              {"title", {{"ko", title}}},
              {"summary", {{"ko", title + " 찾아가 건강을 살핍니다."}}},
              {"department", {{"ko", "보건소 건강증진과"}}},
              {"contact", {{"phone", phone}}},
              {"identifiers", json::array({{{"scheme", "gov24"}, {"value", "id-" + phone}}})},
              {"regions", json::array({{{"scheme", "bjd"}, {"code", "4111000000"}}})},
              {"status", {{"code", "running"}}},
              {"modified", "2026-03-01"},
              {"licence", "kogl-1"}}
      .dump();
}

std::string revision_of(const std::string& id, const std::string& entry) {
  auto revised = json::parse(entry);
  revised["id"] = id;
  return revised.dump();
}

class ErasureNodesTest : public testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program dure was not built";
    init("suwon");
    std::string entries;
    for (std::size_t i = 0; i < kOthers; ++i)
      entries += service("안내 " + std::to_string(i), "031-000-" + std::to_string(1000 + i)) + "\n";
    ASSERT_EQ(run_dure({"publish", "--data", data("suwon"), "-"}, entries).code, 0);
    const auto text = std::string(kName) + " " + kWord + " 상담";
    id_ = publish("suwon", service(text, kPhone));
    ASSERT_EQ(publish("suwon", revision_of(id_, service(text + " 이차", kPhone))), id_);
    needles_ = {kWord, kName, kPhone, salt("1"), salt("2")};
    // That the search finds what there is.
    for (const auto& needle : needles_)
      ASSERT_THAT(files_with(data("suwon"), needle), Not(testing::IsEmpty())) << needle;
  }

  std::string data(const std::string& town) const { return folder_.path(town); }

  void init(const std::string& town) {
    const auto made = run_dure({"init", "--data", data(town), "--origin", town + ".go.kr/dure/1",
                                "--name", town, "--region", "41110", "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  static std::string published_id(const Outcome& outcome) {
    const auto answer = json::parse(outcome.out, nullptr, false);
    EXPECT_TRUE(answer.is_object() && !answer["published"].empty()) << outcome.out << outcome.err;
    return answer.is_object() && !answer["published"].empty()
               ? answer["published"][0]["id"].get<std::string>()
               : "";
  }
  std::string publish(const std::string& town, const std::string& entry) {
    return published_id(run_dure({"publish", "--data", data(town), "-", "--json"}, entry));
  }
  /// What only a proof of the entry tells.
  std::string salt(const std::string& rev) {
    const auto proof = run_dure({"proof", "--data", data("suwon"), id_, "--rev", rev});
    const auto parsed = parse_proof(proof.out);
    EXPECT_TRUE(parsed) << proof.err;
    return parsed ? parsed->extra->substr(0, kSaltBytes) : "none";
  }
  Outcome erase(const std::vector<std::string>& further = {}) {
    std::vector<std::string> words = {"erase", "--data",   data("suwon"),  id_,
                                      "--yes", "--reason", "personal-data"};
    words.insert(words.end(), further.begin(), further.end());
    return run_dure(words);
  }
  static void add_peer(const std::string& folder, const std::string& url) {
    const auto added = run_dure({"peer", "add", "--data", folder, url, "--yes"});
    ASSERT_EQ(added.code, 0) << added.err;
  }
  static json status(const std::string& folder) {
    return json::parse(run_dure({"status", "--data", folder, "--json"}).out, nullptr, false);
  }
  static bool has_all(const std::string& folder, std::uint64_t size) {
    const auto report = status(folder);
    return report.is_object() && !report["peers"].empty() && report["peers"][0]["size"] == size &&
           report["indexing"]["indexed"] == report["indexing"]["stored"];
  }
  static std::string found(const std::string& folder, const std::string& words) {
    return run_dure({"search", "--data", folder, words, "--json"}).out;
  }

  TempFolder folder_;
  std::string id_;
  std::vector<std::string> needles_;
};

TEST_F(ErasureNodesTest, ReachesEveryFileOfEveryNodeAndIsReceipted) {
  const std::vector<std::string> followers = {"anyang", "gimcheon", "gumi"};
  const ServeProcess suwon(data("suwon"));
  std::vector<std::unique_ptr<ServeProcess>> nodes;
  for (const auto& town : followers) {
    init(town);
    nodes.push_back(std::make_unique<ServeProcess>(data(town)));
    ASSERT_FALSE(nodes.back()->url().empty());
    add_peer(data(town), suwon.url());
    add_peer(data("suwon"), nodes.back()->url());
  }
  for (const auto& town : followers) {
    ASSERT_TRUE(becomes([&] { return has_all(data(town), kOthers + 2); })) << town;
    ASSERT_THAT(found(data(town), kWord), HasSubstr(id_));
    ASSERT_FALSE(files_with(data(town), kWord).empty());
  }

  const auto begin = steady_clock::now();
  const auto erased = erase({"--json"});
  ASSERT_EQ(erased.code, 0) << erased.err;
  EXPECT_EQ(json::parse(erased.out)["erased"].size(), 2U) << "both revisions";
  EXPECT_TRUE(json::parse(erased.out)["finished"]);
  ASSERT_TRUE(becomes([&] { return status(data("suwon"))["erasures"]["outstanding"] == 0; }));
  const std::chrono::duration<double> took = steady_clock::now() - begin;
  std::cout << "seconds until the last of 6 receipts: " << took.count() << '\n';

  for (const char* town : {"suwon", "anyang", "gimcheon", "gumi"}) {
    EXPECT_THAT(files_with(data(town), needles_), testing::IsEmpty()) << town << ", still running";
    EXPECT_THAT(found(data(town), kWord), Not(HasSubstr(id_)));
    const auto shown = run_dure({"show", "--data", data(town), id_});
    EXPECT_EQ(shown.code, 1);
    EXPECT_THAT(shown.out, HasSubstr("was erased by its publisher"));
    EXPECT_THAT(shown.out, Not(HasSubstr(kWord)));
    const auto proof = run_dure({"proof", "--data", data(town), id_});
    EXPECT_EQ(proof.code, 1);
    EXPECT_THAT(proof.err, HasSubstr("nothing left to show or to prove"));
    const auto checked = run_dure({"fsck", "--data", data(town), "--json"});
    EXPECT_EQ(checked.code, 0) << checked.out;
    EXPECT_THAT(checked.out, HasSubstr("\"erased\": 2"));
  }
  auto client = Client::to(nodes[0]->url());
  const auto page = client.get("/e/" + id_ + "?lang=ko");
  EXPECT_EQ(page.status, 410);
  EXPECT_THAT(page.body, HasSubstr("삭제된 항목입니다"));
  EXPECT_EQ(client.get("/api/v1/entries/" + id_).status, 410);
  EXPECT_EQ(client.get("/api/v1/entries/" + id_ + "?rev=1").status, 410);
  EXPECT_EQ(client.get("/api/v1/entries/" + id_ + "/body?rev=2").status, 410);

  const auto report =
      json::parse(run_dure({"erase", "status", "--data", data("suwon"), id_, "--json"}).out);
  ASSERT_EQ(report["erasures"].size(), 2U);
  for (const auto& erasure : report["erasures"]) {
    EXPECT_EQ(erasure["reason"], "personal-data");
    for (const auto& peer : erasure["peers"]) EXPECT_TRUE(peer["answered"].is_number()) << peer;
  }
  // The neighbour is proven as before, and exports made now hold nothing of it.
  const auto other = json::parse(found(data("anyang"), "안내 7"))["entries"][0]["id"];
  const auto proof = folder_.path("proof"), body = folder_.path("body"),
             policy = folder_.path("policy");
  ASSERT_EQ(run_dure({"proof", "--data", data("anyang"), other.get<std::string>(), "--output",
                      proof, "--body", body, "--policy", policy})
                .code,
            0);
  EXPECT_EQ(run_dure({"verify", proof, body, "--policy", policy}).code, 0);
  fs::create_directory(folder_.path("exports"));
  ASSERT_EQ(run_dure({"export", "--data", data("anyang"), folder_.path("exports/later.dure")}).code,
            0);
  EXPECT_THAT(files_with(folder_.path("exports"), needles_), testing::IsEmpty());
}

TEST_F(ErasureNodesTest, NeitherAnOldTransferFileNorAnOldDatabaseBringsItBack) {
  const auto early = folder_.path("early.dure"), late = folder_.path("late.dure");
  ASSERT_EQ(run_dure({"export", "--data", data("suwon"), early}).code, 0);
  const auto vkey = status(data("suwon"))["log_vkey"].get<std::string>();
  fs::create_directory(folder_.path("old"));
  for (const char* name : {"/node.db", "/catalogue.db"})
    fs::copy_file(data("suwon") + name, folder_.path("old") + name);
  ASSERT_EQ(erase().code, 0);
  ASSERT_THAT(files_with(data("suwon"), needles_), testing::IsEmpty());
  ASSERT_EQ(run_dure({"export", "--data", data("suwon"), late}).code, 0);

  // A town that knows nothing yet takes the later file, another the earlier one and then the later.
  init("anyang");
  ASSERT_EQ(run_dure({"import-bundle", "--data", data("anyang"), "--vkey", vkey, early}).code, 0);
  ASSERT_THAT(found(data("anyang"), kWord), HasSubstr(id_));
  ASSERT_EQ(run_dure({"import-bundle", "--data", data("anyang"), late}).code, 0);
  EXPECT_THAT(files_with(data("anyang"), needles_), testing::IsEmpty());
  EXPECT_EQ(run_dure({"import-bundle", "--data", data("anyang"), early}).code, 0);
  EXPECT_THAT(files_with(data("anyang"), needles_), testing::IsEmpty());
  EXPECT_THAT(run_dure({"show", "--data", data("anyang"), id_}).out, HasSubstr("was erased"));

  // A mirror that is lost and pulled anew from the earlier file does not take the bodies again.
  init("gumi");
  fs::copy_file(data("gumi") + "/node.db", folder_.path("empty.db"));
  ASSERT_EQ(run_dure({"import-bundle", "--data", data("gumi"), "--vkey", vkey, late}).code, 0);
  for (const char* name : {"node.db", "node.db-wal", "node.db-shm", "catalogue.db"})
    fs::remove(data("gumi") + "/" + name);
  fs::copy_file(folder_.path("empty.db"), data("gumi") + "/node.db");
  const auto again = run_dure({"import-bundle", "--data", data("gumi"), "--vkey", vkey, early});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(files_with(data("gumi"), needles_), testing::IsEmpty());

  // The old files come back, head.db stays: the journal is applied before anything is answered.
  for (const char* name : {"/node.db", "/catalogue.db"}) {
    for (const char* beside : {"-wal", "-shm"}) fs::remove(data("suwon") + name + beside);
    fs::copy_file(folder_.path("old") + name, data("suwon") + name,
                  fs::copy_options::overwrite_existing);
  }
  ASSERT_FALSE(files_with(data("suwon"), needles_).empty());
  EXPECT_THAT(found(data("suwon"), kWord), Not(HasSubstr(id_)));
  EXPECT_THAT(files_with(data("suwon"), needles_), testing::IsEmpty());
  EXPECT_EQ(run_dure({"fsck", "--data", data("suwon"), "--rebuild-catalogue"}).code, 0);
  EXPECT_THAT(found(data("suwon"), kWord), Not(HasSubstr(id_)));
}

TEST_F(ErasureNodesTest, AnOldOwnLogHealsFromItsMirrorsWithoutTheBody) {
  const auto old = folder_.path("old.db");
  init("anyang");
  auto suwon = std::make_unique<ServeProcess>(data("suwon"));
  ServeProcess anyang(data("anyang"));
  add_peer(data("anyang"), suwon->url());
  add_peer(data("suwon"), anyang.url());
  suwon->stop(SIGTERM);
  fs::copy_file(data("suwon") + "/node.db", old);
  suwon = std::make_unique<ServeProcess>(data("suwon"));  // on another port
  run_dure({"peer", "remove", "--data", data("anyang"), "suwon.go.kr/dure/1"});
  add_peer(data("anyang"), suwon->url());
  ASSERT_EQ(erase().code, 0);
  ASSERT_EQ(run_dure({"pull", "--data", data("anyang"), "--once"}).code, 0);
  ASSERT_TRUE(becomes([&] { return has_all(data("anyang"), kOthers + 4); }));
  suwon->stop(SIGTERM);
  for (const char* beside : {"-wal", "-shm"}) fs::remove(data("suwon") + "/node.db" + beside);
  fs::copy_file(old, data("suwon") + "/node.db", fs::copy_options::overwrite_existing);
  const auto next = run_dure({"publish", "--data", data("suwon"), "-"}, service("다음", "031-1"));
  EXPECT_EQ(next.code, 0) << next.err;
  EXPECT_EQ(status(data("suwon"))["size"], kOthers + 5);
  EXPECT_THAT(files_with(data("suwon"), needles_), testing::IsEmpty());
}

TEST_F(ErasureNodesTest, OneRevisionCanGoAndTheNextStays) {
  const auto first_salt = needles_[3];
  ASSERT_EQ(erase({"--rev", "1"}).code, 0);
  EXPECT_THAT(files_with(data("suwon"), {first_salt}), testing::IsEmpty());
  EXPECT_THAT(found(data("suwon"), kWord), HasSubstr(id_)) << "revision 2 says it still";
  EXPECT_EQ(run_dure({"show", "--data", data("suwon"), id_}).code, 0);
  EXPECT_EQ(run_dure({"show", "--data", data("suwon"), id_, "--rev", "1"}).code, 1);
  const auto corrected = run_dure({"publish", "--data", data("suwon"), "-", "--json"},
                                  revision_of(id_, service("고친 안내", "031-000-0000")));
  EXPECT_EQ(corrected.code, 0) << corrected.err;
}

TEST_F(ErasureNodesTest, SaysWhatIsWrongAndErasesNothing) {
  const auto at = data("suwon");
  EXPECT_EQ(run_dure({"erase", "--data", at, id_, "--reason", "mistake"}).code, 5) << "no --yes";
  EXPECT_EQ(run_dure({"erase", "--data", at, id_, "--yes"}).code, 2);
  EXPECT_EQ(run_dure({"erase", "--data", at, id_, "--yes", "--reason", "because"}).code, 1);
  EXPECT_EQ(run_dure({"erase", "--data", at, "x", "--yes", "--reason", "mistake"}).code, 1);
  EXPECT_EQ(run_dure({"erase", "--data", at, "aaaaaaaaaaaaaaaaaaaaaaaaae", "--yes", "--reason",
                      "mistake"})
                .code,
            1);
  EXPECT_EQ(erase({"--rev", "3"}).code, 1);
  EXPECT_EQ(erase({"--rev", "x"}).code, 2);
  EXPECT_EQ(run_dure({"erase", "status", "--data", at, id_}).code, 1);
  EXPECT_THAT(run_dure({"erase", "status", "--data", at}).out, HasSubstr("nothing erased"));
  EXPECT_EQ(run_dure({"show", "--data", at, id_}).code, 0);
  EXPECT_EQ(status(at)["size"], kOthers + 2);
}

}  // namespace
}  // namespace dure::test
