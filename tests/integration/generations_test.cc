// SPDX-License-Identifier: Apache-2.0
// A government that lost its key goes on with the next generation of its log.
#include "integration/charter_towns.h"
#include "integration/files_with.h"

namespace dure::test {
namespace {

/// An entry that an import would find again.
std::string imported(const std::string& title, const std::string& number) {
  auto entry = json::parse(service(title));
  entry["identifiers"] = json::array({{{"scheme", "gov24"}, {"value", number}}});
  return entry.dump();
}

class GenerationsProcessTest : public CharterProcessTest {
 protected:
  /// Publishes what is new in `lines` and returns the receipts.
  json publish_lines(std::size_t i, const std::string& lines) const {
    const auto done = run_dure({"publish", "--data", data_[i], "-", "--json"}, lines);
    EXPECT_EQ(done.code, 0) << done.err;
    return json::parse(done.out, nullptr, false)["published"];
  }
  static std::size_t unchanged(const json& receipts) {
    return static_cast<std::size_t>(
        std::count_if(receipts.begin(), receipts.end(),
                      [](const json& receipt) { return receipt.value("unchanged", false); }));
  }
  /// The second town's key is lost, its log sealed, and the next one begun.
  void go_on_after_a_lost_key() {
    stop(1);
    std::filesystem::rename(data_[1] + "/seed.key", folder_.path("lost"));
    const auto sealed =
        run_dure({"log", "seal", kOld, "--reason", "key-lost", "--data", data_[0], "--yes"});
    ASSERT_EQ(sealed.code, 0) << sealed.err;
    ASSERT_EQ(run_dure({"log", "continue", "--data", data_[1], "--yes"}).code, 0);
  }
  void take_the_new_keys_in() {
    ASSERT_TRUE(comes_true([&] { return report(0)["drafts"].size() == 1; }));
    const auto draft = report(0)["drafts"][0]["hash"].get<std::string>().substr(0, 12);
    ASSERT_EQ(run_dure({"charter", "sign", draft, "--data", data_[0], "--yes"}).code, 0);
  }
  /// How often words are found.
  std::size_t times(std::size_t i, const std::string& words) const {
    const auto answer =
        json::parse(run_dure({"search", "--data", data_[i], words, "--json"}).out, nullptr, false);
    return answer.value("matched", std::size_t{0});
  }
  json api(std::size_t i, const std::string& path, int status = 200) const {
    const auto answer =
        node::http::testing::Client::to(nodes_[i]->url()).get("/api/v1/entries/" + path);
    EXPECT_EQ(answer.status, status) << path << answer.body;
    return json::parse(answer.body, nullptr, false);
  }
  static constexpr const char* kOld = "t1.example/dure/1";
  static constexpr const char* kNext = "t1.example/dure/2";
};

// What a government published goes on under its new keys: it is revised, withdrawn and imported
// again as if nothing had happened, and everybody finds each record once.
TEST_F(GenerationsProcessTest, RecordsGoOnInTheNextGeneration) {
  become_federation();
  const std::string file = imported("경로당 난방", "111111111111") + '\n' +
                           imported("낡은 우산", "222222222222") + '\n' +
                           imported("그대로 둠", "333333333333") + '\n';
  const auto first = publish_lines(1, file);
  ASSERT_EQ(first.size(), 3U);
  const auto id = [&](std::size_t i) { return first[i]["id"].get<std::string>(); };
  for (const std::size_t i : {0U, 2U})
    ASSERT_TRUE(comes_true([&] { return times(i, "난방") == 1 && times(i, "그대로") == 1; })) << i;
  go_on_after_a_lost_key();

  // The node does not even run yet.
  const auto again = publish_lines(1, file);
  EXPECT_EQ(unchanged(again), 3U) << again;
  EXPECT_EQ(again[0]["id"], id(0));
  EXPECT_EQ(again[0]["origin"], kOld);
  start_again(1);
  take_the_new_keys_in();
  const auto revised = publish_lines(1, imported("경로당 냉방", "111111111111"));
  EXPECT_EQ(revised[0]["id"], id(0));
  EXPECT_EQ(revised[0]["rev"], 2U);
  const auto gone = run_dure({"withdraw", "--data", data_[1], id(1), "--reason", "끝났습니다"});
  ASSERT_EQ(gone.code, 0) << gone.err;
  EXPECT_EQ(run_dure({"withdraw", "--data", data_[1], id(1), "--reason", "또"}).code, 1);

  const auto as_it_should_be = [&](std::size_t i) {
    return times(i, "냉방") == 1 && times(i, "난방") == 0 && times(i, "우산") == 0 &&
           times(i, "그대로") == 1;
  };
  for (const std::size_t i : {0U, 1U, 2U})
    EXPECT_TRUE(comes_true([&] { return as_it_should_be(i); })) << i;
  EXPECT_EQ(unchanged(publish_lines(1, imported("그대로 둠", "333333333333"))), 1U);
  EXPECT_EQ(unchanged(publish_lines(1, imported("경로당 냉방", "111111111111"))), 1U);

  for (const std::size_t i : {0U, 1U}) {
    const auto shown = api(i, id(0));
    EXPECT_EQ(shown["rev"], 2U);
    EXPECT_EQ(shown["provenance"]["origin"], kNext);
    const auto history = api(i, id(0) + "/history")["revisions"];
    ASSERT_EQ(history.size(), 2U) << history;
    EXPECT_EQ(history[0]["origin"], kOld);
    EXPECT_EQ(history[1]["origin"], kNext);
    // Old links, and the proof of what was said once, keep answering.
    const std::string old = "?origin=t1.example%2Fdure%2F1";
    const auto before = api(i, id(0) + old);
    EXPECT_EQ(before["body"]["title"]["ko"], "경로당 난방");
    EXPECT_THAT(before["links"]["newest"].get<std::string>(), HasSubstr("dure%2F2"));
    EXPECT_EQ(api(i, id(0) + "?rev=1")["provenance"]["origin"], kOld);
    const auto proof = folder_.path("proof"), body = folder_.path("body");
    ASSERT_EQ(run_dure({"proof", "--data", data_[i], id(0), "--rev", "1", "--output", proof,
                        "--body", body})
                  .code,
              0);
    const auto charter =
        parse_signed_charter(run_dure({"charter", "show", "--data", data_[i]}).out);
    ASSERT_TRUE(charter);
    const auto& members = charter->charter.members;
    const auto owner = std::find_if(members.begin(), members.end(), [](const CharterMember& m) {
      return m.id == "t1.example/dure";
    });
    ASSERT_NE(owner, members.end());
    const auto key = owner->logs.front().key.format();
    const auto policy = folder_.file("policy", "log " + key + "\nquorum none\n");
    const auto verified = run_dure({"verify", proof, body, "--policy", policy});
    EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
    EXPECT_EQ(api(i, id(1), 410)["origin"], kNext);
    EXPECT_EQ(api(i, id(2))["provenance"]["origin"], kOld);
    EXPECT_EQ(run_dure({"fsck", "--data", data_[i]}).code, 0) << i;
  }
  const auto page = node::http::testing::Client::to(nodes_[0]->url())
                        .get("/e/" + id(0) + "?origin=t1.example%2Fdure%2F1");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("발행 기관이 그 뒤에 고쳤습니다"));

  // A catalogue that is folded anew is the same.
  for (const std::size_t i : {0U, 1U}) {
    stop(i);
    for (const char* suffix : {"", "-wal", "-shm"})
      std::filesystem::remove(data_[i] + "/catalogue.db" + suffix);
    start_again(i);
    EXPECT_TRUE(comes_true([&] { return as_it_should_be(i); })) << i;
  }
  EXPECT_EQ(unchanged(publish_lines(1, imported("그대로 둠", "333333333333"))), 1U);

  // What is erased shows as erased, never by what a sealed log said before; who erased it is told.
  const auto erased =
      run_dure({"erase", "--data", data_[1], id(0), "--reason", "mistake", "--yes"});
  EXPECT_EQ(erased.code, 0) << erased.err;
  EXPECT_THAT(erased.out, HasSubstr(std::string("Revision 1 stands in the sealed log ") + kOld));
  EXPECT_TRUE(comes_true([&] { return times(0, "냉방") == 0; }));
  EXPECT_EQ(times(0, "난방"), 0U);
}

// The law asks for it also where the key is lost.
TEST_F(GenerationsProcessTest, WhatASealedLogHoldsIsErasedByTheLogThatGoesOnWithIt) {
  become_federation();
  const auto first = publish_lines(1, imported("김삼순 난방", "111111111111") + '\n' +
                                          imported("그대로 둠", "333333333333") + '\n');
  ASSERT_EQ(first.size(), 2U);
  const auto id = first[0]["id"].get<std::string>();
  ASSERT_TRUE(comes_true([&] { return times(0, "난방") == 1 && times(2, "난방") == 1; }));
  go_on_after_a_lost_key();
  start_again(1);
  take_the_new_keys_in();

  const auto erased =
      run_dure({"erase", "--data", data_[1], id, "--reason", "personal-data", "--yes", "--json"});
  ASSERT_EQ(erased.code, 0) << erased.err;
  EXPECT_THAT(erased.out, HasSubstr(kOld));
  const auto receipts = [&] {
    const auto report =
        nlohmann::json::parse(run_dure({"erase", "status", "--data", data_[1], id, "--json"}).out);
    const auto& one = report["erasures"].at(0);
    EXPECT_EQ(one["id"], id);
    EXPECT_EQ(one["origin"], kOld);
    const auto& peers = one["peers"];
    return static_cast<std::size_t>(std::count_if(
        peers.begin(), peers.end(), [](const auto& peer) { return !peer["answered"].is_null(); }));
  };
  EXPECT_TRUE(comes_true([&] { return receipts() == 2; }));
  for (const std::size_t i : {0U, 1U, 2U}) {
    EXPECT_EQ(times(i, "난방"), 0U) << i;
    EXPECT_EQ(times(i, "그대로"), 1U) << i;
    EXPECT_EQ(api(i, id, 410)["erased"]["eraseOrigin"], kNext) << i;
    stop(i);
    EXPECT_THAT(files_with(data_[i], "김삼순 난방"), testing::IsEmpty()) << i;
    EXPECT_EQ(run_dure({"fsck", "--data", data_[i]}).code, 0) << i;
    start_again(i);
  }
  // Nothing brings it back, and nothing is erased twice.
  const auto again =
      run_dure({"erase", "--data", data_[1], id, "--reason", "personal-data", "--yes"});
  EXPECT_THAT(again.out, HasSubstr("was erased before"));
  EXPECT_EQ(unchanged(publish_lines(1, imported("그대로 둠", "333333333333"))), 1U);
}

}  // namespace
}  // namespace dure::test
