// SPDX-License-Identifier: Apache-2.0
// What a charter decides about logs: contradicting texts, members that leave, forks, generations.
#include "integration/charter_towns.h"

namespace dure::test {
namespace {

using CharterLogsProcessTest = CharterProcessTest;

// One steward signs two texts of one version and tells each to another town. The towns never talk
// to each other, nor to anybody who knows both texts: one only reads the other's log, from a file.
TEST_F(CharterLogsProcessTest, TwoTextsOfOneVersionAreFoundFromTheLogsAlone) {
  become_federation();
  for (const std::size_t i : {0U, 1U, 2U}) stop(i);
  const auto one = signed_version("one", data_[1], 100);
  const auto other = signed_version("other", data_[1], 200);
  for (const std::size_t i : {1U, 2U}) {
    start_again(i);
    const auto told = run_dure({"charter", "submit", i == 1 ? one : other, "--data", data_[i]});
    ASSERT_EQ(told.code, 0) << told.err;
    stop(i);
  }
  const auto file = folder_.path("t2.tar");
  const auto exported = run_dure({"export", file, "--data", data_[2]});
  ASSERT_EQ(exported.code, 0) << exported.err;

  start_again(1);
  EXPECT_EQ(run_dure({"charter", "status", "--data", data_[1]}).code, 0);
  const auto imported = run_dure({"import-bundle", file, "--data", data_[1]});
  ASSERT_EQ(imported.code, 0) << imported.err;
  ASSERT_TRUE(comes_true([&] { return !report(1)["disputes"].empty(); }));
  const auto found = report(1);
  EXPECT_TRUE(found["conflicts"].empty()) << "nobody has shown the other text itself";
  const auto& texts = found["disputes"][0]["texts"];
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[0]["hash"], found["hash"]);
  EXPECT_EQ(texts[1]["hash"], report(2)["hash"]);
  EXPECT_EQ(texts[1]["members"][0], "t2.example/dure");
  const auto said = run_dure({"charter", "status", "--data", data_[1]});
  EXPECT_EQ(said.code, 1);
  EXPECT_THAT(said.out, HasSubstr("t2.example/dure follows another version"));
  EXPECT_THAT(said.out, HasSubstr("dure charter decide HASH"));
  EXPECT_THAT(run_dure({"status", "--data", data_[1]}).out, HasSubstr("CONTRADICTION"));
  EXPECT_THAT(run_dure({"status", "--data", data_[1], "--lang", "ko"}).out, HasSubstr("어긋남"));

  const auto next = signed_version("next", data_[1], 300);
  const auto refused = run_dure({"charter", "submit", next, "--data", data_[1]});
  EXPECT_EQ(refused.code, 5) << refused.err;
  stop(1);
  start_again(1);
  EXPECT_EQ(run_dure({"charter", "submit", next, "--data", data_[1]}).code, 5) << "not forgotten";

  // The towns talked on the telephone.
  const auto hash = found["hash"].get<std::string>();
  EXPECT_EQ(run_dure({"charter", "decide", "000000000000", "--data", data_[1], "--yes"}).code, 1);
  EXPECT_EQ(run_dure({"charter", "decide", hash.substr(0, 12), "--data", data_[1]}).code, 5);
  EXPECT_EQ(run_dure({"charter", "decide", hash.substr(0, 12), "--data", data_[1], "--yes"}).code,
            0);
  EXPECT_EQ(run_dure({"charter", "status", "--data", data_[1]}).code, 0);
  EXPECT_EQ(run_dure({"charter", "submit", next, "--data", data_[1]}).code, 0);

  // The other one changes sides: it has seen our text by now, as evidence.
  start_again(2);
  ASSERT_TRUE(comes_true([&] { return !report(2)["conflicts"].empty(); }));
  EXPECT_EQ(run_dure({"charter", "decide", hash.substr(0, 12), "--data", data_[2], "--yes"}).code,
            0);
  EXPECT_TRUE(comes_true([&] { return report(2)["hash"] == report(1)["hash"]; }));
  EXPECT_TRUE(comes_true([&] { return report(1)["disputes"].empty(); }));
}

TEST_F(CharterLogsProcessTest, WhoIsTakenOutIsFollowedAndWitnessedNoMore) {
  become_federation();
  const auto peers = [&](std::size_t i) {
    const json told = status(i);
    std::set<std::string> origins;
    for (const auto& peer : told["peers"]) origins.insert(peer["origin"].get<std::string>());
    return origins;
  };
  const std::string gone = "t2.example/dure/1", stays = "t1.example/dure/1";
  ASSERT_TRUE(comes_true([&] {
    return peers(0) == (std::set<std::string>{stays, gone});
  })) << status(0);
  for (const std::string& what : {stays, nodes_[1]->url(), nodes_[1]->url() + "/"}) {
    const auto refused = run_dure({"peer", "remove", what, "--data", data_[0]});
    EXPECT_EQ(refused.code, 5) << what;
    EXPECT_THAT(refused.err, HasSubstr("because the charter names it"));
  }
  EXPECT_NE(asked_to_witness(0, 2), 404);

  propose([](Charter& next) { next.members.pop_back(); });
  EXPECT_EQ(peers(0), std::set<std::string>{stays});
  EXPECT_TRUE(comes_true([&] { return peers(1) == std::set<std::string>{"t0.example/dure/1"}; }));
  EXPECT_EQ(asked_to_witness(0, 2), 404);
  const auto added = run_dure({"peer", "add", nodes_[2]->url(), "--data", data_[0], "--yes"});
  EXPECT_EQ(added.code, 5);
  EXPECT_THAT(added.err, HasSubstr("taken out of the charter"));
  stop(0);
  start_again(0);
  EXPECT_EQ(peers(0), std::set<std::string>{stays}) << "it does not come back";
  EXPECT_EQ(asked_to_witness(0, 2), 404);
  EXPECT_EQ(run_dure({"peer", "remove", gone, "--data", data_[0]}).code, 1) << "no peer at all";
}

// A town whose key two machines use tells two histories. The stewards seal its log at the head of
// one of them: everybody shows that one and nothing else, whichever it had believed before.
TEST_F(CharterLogsProcessTest, ASealDecidesAFork) {
  become_federation();
  for (const std::size_t i : {0U, 1U, 2U}) stop(i);
  const std::string twin = folder_.path("twin"), forked = "t1.example/dure/1";
  std::filesystem::copy(data_[1], twin, std::filesystem::copy_options::recursive);
  publish(data_[1], "하나뿐인 이야기");
  publish(twin, "다른 이야기");
  publish(twin, "또다른 이야기");
  // Each history is told to one town.
  start_again(0);
  start_again(1);
  ASSERT_TRUE(comes_true([&] { return found(0, "하나뿐인"); }));
  stop(0);
  const std::string url = nodes_[1]->url();
  stop(1);
  start_as(1, twin);
  start_again(2);
  ASSERT_TRUE(comes_true([&] { return found(2, "또다른"); }));
  stop(1);
  start_again(0);
  for (const std::size_t i : {0U, 2U}) {
    ASSERT_TRUE(comes_true([&] {
      const auto forks = status(i)["forks"];
      return !forks.empty() && forks[0].contains("withheld_from");
    })) << i;
    EXPECT_TRUE(comes_true([&] { return !found(i, i == 0 ? "하나뿐인" : "또다른"); })) << i;
  }

  const auto end = checkpoint_of(0, forked);
  propose([&](Charter& next) {
    next.sealed.push_back({forked, end.size, end.root, "forked", "t1.example/dure/2"});
  });
  for (const std::size_t i : {0U, 2U}) {
    EXPECT_TRUE(comes_true([&] { return found(i, "하나뿐인"); })) << i;
    EXPECT_FALSE(found(i, "또다른")) << i;
    EXPECT_TRUE(comes_true([&] { return checkpoint_of(i, forked).root == end.root; })) << i;
    EXPECT_TRUE(comes_true([&] { return report(i)["sealed"][0]["here"] == "complete"; })) << i;
    EXPECT_TRUE(comes_true([&] { return status(i)["forks"][0].contains("decision"); })) << i;
    EXPECT_FALSE(status(i)["forks"][0].contains("withheld_from")) << i;
  }

  // The other machine still shows its history to everybody, but nobody listens.
  start_as(1, twin);
  ask_around();
  ask_around();
  for (const std::size_t i : {0U, 2U}) {
    EXPECT_FALSE(found(i, "또다른")) << i;
    EXPECT_EQ(checkpoint_of(i, forked).root, end.root) << i;
    EXPECT_FALSE(status(i)["forks"][0].contains("withheld_from")) << i;
  }
  EXPECT_EQ(asked_to_witness(0, 1), 404);
  // As soon as it hears of the charter, it signs nothing more.
  const auto sealed = [&] { return status_of(twin)["quarantine"]["text"] == "recovery.sealed"; };
  EXPECT_TRUE(comes_true(sealed));
  stop(2);
  start_again(2);
  EXPECT_EQ(checkpoint_of(2, forked).root, end.root);
  EXPECT_TRUE(found(2, "하나뿐인"));
  EXPECT_EQ(run_dure({"fsck", "--data", data_[2]}).code, 0);
}

// A log whose key was lost is sealed; its government goes on under new keys, and nothing that it
// published is lost.
TEST_F(CharterLogsProcessTest, ASealedLogGoesOnAsTheNextGeneration) {
  become_federation();
  const std::string old = "t1.example/dure/1", next = "t1.example/dure/2";
  publish(data_[1], "예전 사업");
  ASSERT_TRUE(comes_true([&] { return found(0, "예전") && found(2, "예전"); }));
  EXPECT_EQ(run_dure({"log", "continue", "--data", data_[1], "--yes"}).code, 5) << "it runs";
  stop(1);
  EXPECT_EQ(run_dure({"log", "continue", "--data", data_[1], "--yes"}).code, 5) << "not sealed";
  std::filesystem::rename(data_[1] + "/seed.key", folder_.path("lost"));

  const auto seal = [&](const std::string& origin, const std::string& reason) {
    return run_dure({"log", "seal", origin, "--reason", reason, "--data", data_[0], "--yes"});
  };
  EXPECT_EQ(seal(old, "boredom").code, 1);
  EXPECT_EQ(seal(next, "key-lost").code, 1) << "no such log";
  const auto sealed = seal(old, "key-lost");
  ASSERT_EQ(sealed.code, 0) << sealed.err;
  EXPECT_THAT(sealed.out, HasSubstr("held by t0.example/dure/1, t2.example/dure/1"));
  EXPECT_THAT(sealed.out, HasSubstr("no answer from t1.example/dure/1"));
  const auto end = checkpoint_of(0, old);
  EXPECT_EQ(report(0)["sealed"][0]["size"], end.size);
  EXPECT_EQ(report(0)["sealed"][0]["successor"], next);

  EXPECT_EQ(run_dure({"log", "continue", "--data", data_[1]}).code, 5) << "nobody confirmed";
  const auto continued = run_dure({"log", "continue", "--data", data_[1], "--yes"});
  ASSERT_EQ(continued.code, 0) << continued.err;
  EXPECT_THAT(continued.out, HasSubstr(next));
  EXPECT_EQ(run_dure({"log", "continue", "--data", data_[1], "--yes"}).code, 5) << "done";
  start_again(1);
  ASSERT_TRUE(comes_true([&] { return report(0)["drafts"].size() == 1; }));
  EXPECT_TRUE(report(0)["drafts"][0]["admits"].empty());
  const auto draft = report(0)["drafts"][0]["hash"].get<std::string>().substr(0, 12);
  EXPECT_THAT(run_dure({"charter", "status", "--data", data_[0]}).out,
              HasSubstr("new log: " + next));
  ASSERT_EQ(run_dure({"charter", "sign", draft, "--data", data_[0], "--yes"}).code, 0);

  publish(data_[1], "새로운 사업");
  ASSERT_TRUE(comes_true([&] { return found(0, "새로운") && found(2, "새로운"); }));
  for (const std::size_t i : {0U, 1U, 2U}) {
    EXPECT_TRUE(found(i, "예전")) << i;
    EXPECT_EQ(run_dure({"fsck", "--data", data_[i]}).code, 0) << i;
    EXPECT_TRUE(comes_true([&] { return report(i)["sealed"][0]["here"] == "complete"; })) << i;
  }
  for (const std::size_t i : {0U, 1U}) EXPECT_EQ(checkpoint_of(i, old).root, end.root) << i;
  const auto first =
      node::http::testing::Client::to(nodes_[1]->url()).get("/log/bodies/000.p/1").body;
  EXPECT_THAT(first, HasSubstr(R"({"origin":"t1.example/dure/1","root":")"));
  EXPECT_NE(asked_to_witness(0, 1), 404);
  EXPECT_TRUE(comes_true([&] { return report(1)["hash"] == report(0)["hash"]; }));
  EXPECT_EQ(status(1)["state"], "ok");
}

}  // namespace
}  // namespace dure::test
