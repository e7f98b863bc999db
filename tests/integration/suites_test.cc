// SPDX-License-Identifier: Apache-2.0
// A federation of towns with keys of different suites: each reads, mirrors, witnesses and proves
// what the others sign.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "dure/charter.h"
#include "dure/fork_proof.h"
#include "federation-protocol/fixtures.h"
#include "integration/dure_process.h"
#include "integration/one_service.h"
#include "node/http/client.h"

namespace dure::test {
namespace {

using nlohmann::json;
using node::http::testing::Client;
using std::chrono::steady_clock;
using ::testing::HasSubstr;

class SuitesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built: DURE_PROGRAM is empty";
    init("suwon", "ed25519");
    init("anyang", "p256");
    init("gumi", "p256");
  }
  void init(const std::string& town, const std::string& suite) {
    const auto made = run_dure({"init", "--data", data(town), "--origin", town + ".go.kr/dure/1",
                                "--name", town, "--region", "41110", "--yes", "--suite", suite});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  std::string data(const std::string& town) const { return folder_.path(town); }
  json status(const std::string& town) const {
    return json::parse(run_dure({"status", "--data", data(town), "--json"}).out, nullptr, false);
  }
  VerifierKey key_of(const std::string& town, const char* member) const {
    return *VerifierKey::parse(status(town)[member].get<std::string>());
  }
  std::string publish(const std::string& town, const std::string& title) const {
    const auto done =
        run_dure({"publish", "--data", data(town), "-", "--json"}, one_service(title));
    const auto answer = json::parse(done.out, nullptr, false);
    if (done.code != 0 || !answer.is_object()) {
      ADD_FAILURE() << done.out << done.err;
      return "";
    }
    return answer["published"][0]["id"].get<std::string>();
  }
  void add_peer(const std::string& town, const ServeProcess& other) const {
    const auto added = run_dure({"peer", "add", "--data", data(town), other.url(), "--yes"});
    ASSERT_EQ(added.code, 0) << added.err;
  }
  /// Asks until `good`, for at most a minute.
  template <class Good>
  static bool becomes(const Good& good) {
    const auto until = steady_clock::now() + std::chrono::seconds(60);
    while (!good()) {
      if (steady_clock::now() > until) return false;
    }
    return true;
  }
  bool finds(const std::string& town, const std::string& words, const std::string& id) const {
    return run_dure({"search", "--data", data(town), words, "--json"}).out.find(id) !=
           std::string::npos;
  }
  /// Proves the entry at `town` and verifies it with files alone.
  void expect_provable(const std::string& town, const std::string& id) const {
    const auto proof = folder_.path("proof"), body = folder_.path("body"),
               policy = folder_.path("policy");
    ASSERT_EQ(run_dure({"proof", "--data", data(town), id, "--output", proof, "--body", body,
                        "--policy", policy})
                  .code,
              0);
    const auto verified = run_dure({"verify", proof, body, "--policy", policy});
    EXPECT_EQ(verified.code, 0) << verified.err;
    std::string bytes = read_file(proof);
    bytes[bytes.size() - 20] = bytes[bytes.size() - 20] == 'A' ? 'B' : 'A';  // in the signature
    EXPECT_EQ(run_dure({"verify", folder_.file("forged", bytes), body, "--policy", policy}).code,
              1);
    for (const char* file : {"proof", "body", "policy", "forged"})
      std::filesystem::remove(folder_.path(file));
  }
  /// Has `witness` cosign what `log` serves.
  void expect_cosigned(const ServeProcess& log, const ServeProcess& witness,
                       const VerifierKey& key) const {
    const auto note = Client::to(log.url()).get("/log/checkpoint").body;
    const std::string body = "old 0\n\n" + note;
    auto client = Client::to(witness.url());
    client.send("POST /witness/add-checkpoint HTTP/1.1\r\nHost: t\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    const auto answer = client.read();
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto whole = parse_note(note + answer.body);
    ASSERT_TRUE(whole) << answer.body;
    EXPECT_TRUE(verify_cosignature(whole->text, whole->signatures.back(), key));
    EXPECT_EQ(whole->signatures.back().blob.size(), 8U + 64U);
  }

  TempFolder folder_;
};

TEST_F(SuitesTest, TownsOfDifferentSuitesReadAndWitnessAndProveEachOther) {
  const ServeProcess suwon(data("suwon")), anyang(data("anyang")), gumi(data("gumi"));
  EXPECT_EQ(key_of("suwon", "log_vkey").type(), KeyType::kEd25519);
  EXPECT_EQ(key_of("suwon", "witness_vkey").type(), KeyType::kCosignatureV1);
  EXPECT_EQ(key_of("anyang", "log_vkey").type(), KeyType::kEcdsaP256);
  EXPECT_EQ(key_of("anyang", "witness_vkey").type(), KeyType::kCosignatureP256);
  const std::pair<const char*, const ServeProcess*> towns[] = {
      {"suwon", &suwon}, {"anyang", &anyang}, {"gumi", &gumi}};
  for (const auto& [town, process] : towns) {
    for (const auto& [other, peer] : towns) {
      if (process != peer) add_peer(town, *peer);
    }
  }
  const auto by_suwon = publish("suwon", "수원 주차"), by_anyang = publish("anyang", "안양 독서");
  for (const char* town : {"suwon", "anyang", "gumi"}) {
    EXPECT_TRUE(becomes([&] { return finds(town, "주차", by_suwon); })) << town;
    EXPECT_TRUE(becomes([&] { return finds(town, "독서", by_anyang); })) << town;
    expect_provable(town, by_suwon);
    expect_provable(town, by_anyang);
  }
  expect_cosigned(suwon, anyang, key_of("anyang", "witness_vkey"));
  expect_cosigned(anyang, suwon, key_of("suwon", "witness_vkey"));
  expect_cosigned(anyang, gumi, key_of("gumi", "witness_vkey"));

  // What a P-256 town erases, both kinds of town confirm.
  const auto erased = run_dure(
      {"erase", "--data", data("anyang"), by_anyang, "--yes", "--reason", "mistake", "--json"});
  ASSERT_EQ(erased.code, 0) << erased.err;
  EXPECT_TRUE(becomes([&] { return status("anyang")["erasures"]["outstanding"] == 0; }));
  const auto report =
      json::parse(run_dure({"erase", "status", "--data", data("anyang"), by_anyang, "--json"}).out);
  ASSERT_EQ(report["erasures"].size(), 1U);
  EXPECT_EQ(report["erasures"][0]["peers"].size(), 2U);
  for (const auto& peer : report["erasures"][0]["peers"])
    EXPECT_TRUE(peer["answered"].is_number()) << peer;
  EXPECT_FALSE(finds("suwon", "독서", by_anyang));
}

TEST_F(SuitesTest, ATownOfAnotherSuiteJoins) {
  const ServeProcess suwon(data("suwon"));
  const ServeProcess anyang(data("anyang"));
  const auto charter = json::parse(
      run_dure({"charter", "status", "--data", data("suwon"), "--json"}).out, nullptr, false);
  const auto joined = run_dure({"join", suwon.url(), "--data", data("anyang"), "--fingerprint",
                                charter["fingerprint"].get<std::string>(), "--json"});
  ASSERT_EQ(joined.code, 0) << joined.err;
  const auto draft = json::parse(
      run_dure({"charter", "status", "--data", data("suwon"), "--json"}).out)["drafts"][0]["hash"];
  const auto signed_draft =
      run_dure({"charter", "sign", draft.get<std::string>(), "--data", data("suwon"), "--yes"});
  ASSERT_EQ(signed_draft.code, 0) << signed_draft.err;
  const auto shown = run_dure({"charter", "show", "--data", data("suwon")});
  const auto read = parse_signed_charter(shown.out);
  ASSERT_TRUE(read) << shown.out;
  ASSERT_EQ(read->charter.members.size(), 2U);
  const auto& member = read->charter.members[1];
  EXPECT_EQ(member.logs[0].key.type(), KeyType::kEcdsaP256);
  EXPECT_EQ(member.witness->type(), KeyType::kCosignatureP256);
  EXPECT_EQ(member.mirror->type(), KeyType::kCosignatureP256);
  EXPECT_EQ(member.request->type(), KeyType::kEcdsaP256);
  const auto alone = run_dure({"charter", "show", "1", "--data", data("gumi")});
  const auto own = parse_signed_charter(alone.out);
  ASSERT_TRUE(own) << alone.out;
  EXPECT_EQ(own->charter.stewards[0].type(), KeyType::kEcdsaP256);
  EXPECT_TRUE(verify_founding(*own));
  EXPECT_TRUE(becomes([&] {
    (void)run_dure({"pull", "--data", data("anyang"), "--once"});
    const auto state = run_dure({"charter", "status", "--data", data("anyang"), "--json"});
    return json::parse(state.out)["members"].size() == 2;
  }));
}

TEST_F(SuitesTest, AForkOfAP256LogIsProvenOffline) {
  const auto log = dure::testing::signer(dure::testing::kOrigin, KeyType::kEcdsaP256, 3);
  const auto head = [&](const std::string& text) {
    return *sign_checkpoint({std::string(dure::testing::kOrigin), 1, hash_leaf(text)}, *log);
  };
  const std::vector<VerifierKey> keys{log->verifier()};
  const auto proof = prove_fork(dure::testing::kOrigin, {format_note(head("one").note), {}},
                                {format_note(head("other").note), {}}, keys);
  ASSERT_TRUE(proof);
  const std::string text = format_fork_proof(*proof);
  const auto file = folder_.file("fork", text);
  const auto vkey = log->verifier().format();
  const auto verified = run_dure({"verify-fork", file, "--vkey", vkey});
  EXPECT_EQ(verified.code, 0) << verified.err;
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const int flip : {1, 32, 255}) {
      std::string wrong = text;
      wrong[i] = static_cast<char>(wrong[i] ^ flip);
      const auto parsed = parse_fork_proof(wrong);
      EXPECT_FALSE(parsed && verify_fork(*parsed, keys)) << i << " ^ " << flip;
    }
  }
}

}  // namespace
}  // namespace dure::test
