// SPDX-License-Identifier: Apache-2.0
// A running node as a witness of an independent log, asked over HTTP as any log would.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "dure/checkpoint.h"
#include "integration/dure_process.h"
#include "node/http/client.h"
#include "support/growing_log.h"
#include "vectors/shared_vectors.h"

namespace dure::test {
namespace {

using nlohmann::json;
using node::http::testing::Answer;
using node::http::testing::Client;
using ::testing::HasSubstr;

class WitnessProcessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built: DURE_PROGRAM is empty";
    const auto made = run_dure({"init", "--data", data_, "--origin", "suwon.go.kr/dure/1", "--name",
                                "수원시", "--region", "41110", "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
    log_.grow(40);
  }
  void serve(const std::string& policy) {
    const auto file = folder_.file("extra-logs.policy", policy);
    node_ = std::make_unique<ServeProcess>(data_,
                                           std::vector<std::string>{"--witness-extra-logs", file});
    ASSERT_FALSE(node_->url().empty());
  }
  static std::string policy_of(const VerifierKey& key) {
    return "log " + key.format() + "\nquorum none\n";
  }
  Answer post(const std::string& body) const {
    auto client = Client::to(node_->url());
    client.send("POST /witness/add-checkpoint HTTP/1.1\r\nHost: t\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.read();
  }
  Answer shown(const std::string& origin) const {
    return Client::to(node_->url()).get("/witness/" + origin_hash(origin) + "/checkpoint");
  }
  VerifierKey witness_key() const {
    const auto status = json::parse(run_dure({"status", "--data", data_, "--json"}).out);
    return *VerifierKey::parse(status["witness_vkey"].get<std::string>());
  }

  TempFolder folder_;
  std::string data_ = folder_.path("a");
  std::unique_ptr<ServeProcess> node_;
  GrowingLog log_{"log.example/independent"};
};

TEST_F(WitnessProcessTest, AnswersThePublicVectors) {
  const auto path = dure::testing::shared_vectors() / "tlog-witness-sunlight/add-checkpoint.json";
  DURE_NEED_VECTORS(path);
  const json vectors = dure::testing::read_json(path);
  const auto origin = vectors["log_origin"].get<std::string>();
  const auto public_key = *hex_decode(vectors["log_ed25519_public_key_hex"].get<std::string>());
  serve(policy_of(*VerifierKey::make(origin, KeyType::kEd25519, public_key)));
  const auto key = witness_key();
  std::size_t cosigned = 0;
  for (const json& c : vectors["cases"]) {
    SCOPED_TRACE(c["name"].get<std::string>());
    const auto body = c["request_body"].get<std::string>();
    const auto answer = post(body);
    if (c.contains("accept_status")) {
      EXPECT_THAT(c["accept_status"], ::testing::Contains(answer.status));
    } else {
      EXPECT_EQ(answer.status, c["want_status"].get<int>());
    }
    if (answer.status == 409) {
      EXPECT_EQ(answer.header("content-type"), "text/x.tlog.size");
      EXPECT_EQ(answer.body, c["want_body_contains"].get<std::string>());
    }
    if (answer.status != 200) continue;
    ++cosigned;
    const std::string note = body.substr(body.find("\n\n") + 2);
    const auto whole = parse_note(note + answer.body);
    ASSERT_TRUE(whole) << answer.body;
    EXPECT_TRUE(verify_cosignature(whole->text, whole->signatures.back(), key));
    EXPECT_THAT(shown(origin).body, HasSubstr(answer.body));
  }
  EXPECT_EQ(vectors["cases"].size(), 11U);
  EXPECT_EQ(cosigned, 3U);
}

TEST_F(WitnessProcessTest, KeepsWhatItCosignedOverAKill) {
  serve(policy_of(log_.key()));
  ASSERT_EQ(post(log_.body(0, 10)).status, 200);
  ASSERT_EQ(post(log_.body(10, 20)).status, 200);
  node_->stop(SIGKILL);
  serve(policy_of(log_.key()));
  EXPECT_EQ(post(log_.body(10, 30)).body, "20\n");
  log_.cut(15);
  log_.grow(40, "another story ");
  EXPECT_EQ(post(log_.body(20, 30)).status, 422);
  EXPECT_THAT(shown(log_.origin()).body, HasSubstr("\n20\n"));
}

TEST_F(WitnessProcessTest, LogLinesAloneAreEnoughOfAPolicy) {
  serve("log " + log_.key().format());
  EXPECT_EQ(post(log_.body(0, 10)).status, 200);
}

TEST_F(WitnessProcessTest, RefusesBadRequestsAndKeepsNothingOfThem) {
  serve(policy_of(log_.key()));
  const std::string good = log_.body(0, 5);
  for (std::size_t i = 0; i < good.size(); i += 7) {
    std::string changed = good;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const int status = post(changed).status;
    EXPECT_TRUE(status == 400 || status == 403 || status == 404 || status == 409)
        << status << changed;
  }
  EXPECT_EQ(post("").status, 400);
  EXPECT_EQ(post(std::string(200'000, 'x')).status, 413);
  EXPECT_EQ(Client::to(node_->url()).get("/witness/add-checkpoint").status, 405);
  EXPECT_EQ(shown(log_.origin()).status, 404);
  EXPECT_EQ(Client::to(node_->url()).get("/witness/..%2f..%2fseed.key/checkpoint").status, 400);
  EXPECT_EQ(post(good).status, 200);
}

TEST_F(WitnessProcessTest, ABadPolicyFileIsNamed) {
  const auto refused = [&](const std::string& policy) {
    const auto file = folder_.file("bad.policy", policy);
    const auto outcome = run_dure(
        {"serve", "--data", data_, "--listen", "127.0.0.1:0", "--witness-extra-logs", file});
    EXPECT_NE(outcome.code, 0);
    EXPECT_THAT(outcome.err, HasSubstr("bad.policy"));
    return outcome.err;
  };
  EXPECT_THAT(refused("log nonsense\nquorum none\n"), HasSubstr("line 1"));
  const auto own = json::parse(run_dure({"status", "--data", data_, "--json"}).out)["log_vkey"];
  EXPECT_THAT(refused("log " + own.get<std::string>() + "\nquorum none\n"),
              HasSubstr("this node itself"));
  const auto outcome = run_dure({"serve", "--data", data_, "--listen", "127.0.0.1:0",
                                 "--witness-extra-logs", folder_.path("none")});
  EXPECT_THAT(outcome.err, HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace dure::test
