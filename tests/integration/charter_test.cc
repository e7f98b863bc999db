// SPDX-License-Identifier: Apache-2.0
// Towns that become a federation: joining, signing here and on a machine without network.
#include "federation-protocol/charter_fixture.h"
#include "integration/charter_towns.h"

namespace dure::test {
namespace {

TEST_F(CharterProcessTest, ThreeTownsBecomeAFederation) {
  EXPECT_EQ(report(0)["members"].size(), 1U) << "a new node is a federation of one";
  const auto unconfirmed = run_dure({"join", nodes_[0]->url(), "--data", data_[1]});
  EXPECT_EQ(unconfirmed.code, 5);
  EXPECT_THAT(unconfirmed.out, HasSubstr(report(0)["fingerprint"].get<std::string>()));
  const auto wrong = run_dure({"join", nodes_[0]->url(), "--data", data_[1], "--fingerprint",
                               report(1)["fingerprint"].get<std::string>()});
  EXPECT_EQ(wrong.code, 1) << wrong.err;

  // The first steward signs at home.
  EXPECT_EQ(join(1, 0), "asked");
  const auto draft = report(0)["drafts"][0];
  EXPECT_EQ(draft["admits"][0], "t1.example/dure");
  const auto hash = draft["hash"].get<std::string>();
  EXPECT_EQ(run_dure({"charter", "sign", hash.substr(0, 12), "--data", data_[0]}).code, 5);
  const auto adopted =
      run_dure({"charter", "sign", hash.substr(0, 12), "--data", data_[0], "--yes"});
  EXPECT_EQ(adopted.code, 0) << adopted.err;
  EXPECT_TRUE(comes_true([&] { return report(1)["fingerprint"] == report(0)["fingerprint"]; }));
  EXPECT_EQ(report(1)["members"].size(), 2U);

  // The next town asks the other member; the draft finds its way to the steward.
  EXPECT_EQ(join(2, 1), "asked");
  EXPECT_TRUE(comes_true([&] { return report(0)["drafts"].size() == 1; }));
  const auto file = folder_.path("draft");
  const auto key = folder_.path("t0") + "/charter.key";
  const auto name = report(0)["drafts"][0]["hash"].get<std::string>().substr(0, 12);
  ASSERT_EQ(run_dure({"charter", "show", name, "--data", data_[0], "--output", file}).code, 0);
  const auto offline = run_dure({"charter", "sign", file, "--key", key, "--yes", "--name",
                                 "t0.example/dure/charter", "--data", folder_.path("nowhere")});
  EXPECT_EQ(offline.code, 0) << offline.err;
  const auto submitted = run_dure({"charter", "submit", file, "--data", data_[1], "--json"});
  EXPECT_THAT(submitted.out, HasSubstr("adopted"));
  EXPECT_TRUE(comes_true(
      [&] { return report(0)["members"].size() == 3 && report(2)["members"].size() == 3; }));

  // Nobody named a peer, and all follow all.
  EXPECT_TRUE(comes_true([&] {
    for (const auto& data : data_) {
      const auto status = json::parse(run_dure({"status", "--data", data, "--json"}).out);
      if (status["peers"].size() != 2) return false;
      // An own entry is searchable although nothing more happens.
      if (status["indexing"]["indexed"] != status["indexing"]["stored"]) return false;
      for (const auto& peer : status["peers"]) {
        if (peer["size"] == 0 || peer["lag"] != 0) return false;  // each announced the charter
      }
    }
    return true;
  })) << run_dure({"status", "--data", data_[0]}).out
      << run_dure({"status", "--data", data_[1]}).out
      << run_dure({"status", "--data", data_[2]}).out;
  const auto announced =
      node::http::testing::Client::to(nodes_[2]->url()).get("/log/bodies/000.p/1").body;
  EXPECT_THAT(announced, HasSubstr(report(0)["hash"].get<std::string>()));
  const auto policy = run_dure({"charter", "policy", "--data", data_[2]});
  EXPECT_THAT(policy.out, HasSubstr("group quorum 2 "));
  const auto log = run_dure({"charter", "log", "--data", data_[2]});
  EXPECT_EQ(std::count(log.out.begin(), log.out.end(), '\n'), report(2)["version"].get<int>());
}

TEST_F(CharterProcessTest, WhoAskedMeanwhileIsAskedForAgainByItself) {
  EXPECT_EQ(join(1, 0), "asked");
  EXPECT_EQ(join(2, 0), "asked");
  const auto sign_for = [&](const std::string& member) {
    const json drafts = report(0)["drafts"];
    for (const auto& draft : drafts) {
      if (draft["admits"][0] != member) continue;
      const auto hash = draft["hash"].get<std::string>();
      return run_dure({"charter", "sign", hash, "--data", data_[0], "--yes"}).code == 0;
    }
    return false;
  };
  EXPECT_TRUE(sign_for("t1.example/dure"));
  EXPECT_TRUE(comes_true([&] { return sign_for("t2.example/dure"); }))
      << "the first draft of t2 followed a version that is not the newest any more";
  EXPECT_TRUE(comes_true([&] {
    return report(1)["members"].size() == 3 && report(2)["members"].size() == 3;
  })) << report(0);
}

TEST_F(CharterProcessTest, AProposalThatNobodySignsChangesNothing) {
  EXPECT_EQ(join(1, 0), "asked");
  const auto version = report(0)["version"].get<int>();
  const auto next = folder_.path("next");
  ASSERT_EQ(run_dure({"charter", "new", "--data", data_[0], "--output", next}).code, 0);
  const auto stranger = run_dure({"charter", "propose", next, "--data", data_[0], "--yes", "--key",
                                  data_[2] + "/charter.key"});
  EXPECT_EQ(stranger.code, 5) << stranger.err;
  EXPECT_EQ(report(0)["version"], version);
  const auto forged = folder_.file("forged", read_file(next) + "\n");
  EXPECT_EQ(run_dure({"charter", "submit", forged, "--data", data_[0]}).code, 1);
  ASSERT_EQ(run_dure({"charter", "propose", next, "--data", data_[0], "--yes"}).code, 0);
  EXPECT_EQ(report(0)["version"], version + 1);
  const json drafts = report(0)["drafts"];
  for (const auto& draft : drafts) {
    EXPECT_EQ(draft["version"], version + 2)
        << "the first request to join followed another version";
  }
  EXPECT_EQ(join(1, 0), "asked");
}

TEST_F(CharterProcessTest, RefusesRequestsToJoinThatAreNotRight) {
  const auto fingerprint = *hex_decode(report(0)["fingerprint"].get<std::string>());
  JoinRequest request{{}, dure::testing::town(7)};
  std::copy(fingerprint.begin(), fingerprint.end(), request.federation.begin());
  const auto log = dure::testing::signer("t7.example/dure/1", KeyType::kEd25519, 28);
  const auto stranger = dure::testing::signer("t7.example/dure/1", KeyType::kEd25519, 99);
  const auto signed_by = [](const JoinRequest& made, const Signer& signer) {
    Note note{format_join_request(made), {}};
    note.signatures.push_back(*sign_note(note.text, signer));
    return format_note(note);
  };
  const auto post = [&](const std::string& body) {
    auto client = node::http::testing::Client::to(nodes_[0]->url());
    client.send("POST /federation/join HTTP/1.1\r\nHost: t\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.read();
  };
  const std::string genuine = signed_by(request, *log);
  EXPECT_EQ(post("join me").status, 400);
  EXPECT_EQ(post(genuine.substr(0, genuine.size() - 1)).status, 400);
  EXPECT_EQ(post(signed_by(request, *stranger)).status, 403) << "another key";
  std::string forged = genuine;
  forged.replace(forged.find("마을 7"), 8, "마을 8");
  EXPECT_EQ(post(forged).status, 403) << "another text";
  JoinRequest elsewhere = request;
  elsewhere.federation[0] ^= 1;
  EXPECT_EQ(post(signed_by(elsewhere, *log)).status, 409);
  EXPECT_EQ(post(genuine + std::string(20'000, 'x')).status, 413);
  EXPECT_TRUE(report(0)["drafts"].empty()) << "nothing of it leaves a trace";
  EXPECT_EQ(post(genuine).status, 200);
  EXPECT_EQ(post(genuine).status, 200);
  EXPECT_EQ(report(0)["drafts"].size(), 1U) << "asked twice, one draft";
  EXPECT_EQ(report(0)["drafts"][0]["admits"][0], "t7.example/dure");
}

TEST_F(CharterProcessTest, TheCharterOutlivesTheProcess) {
  const auto before = report(0);
  EXPECT_EQ(nodes_[0]->stop(SIGKILL), 128 + SIGKILL);
  EXPECT_EQ(report(0)["hash"], before["hash"]);
}

}  // namespace
}  // namespace dure::test
