// SPDX-License-Identifier: Apache-2.0
// A running node asks witnesses that no charter names; one is a node of another government, the
// others are hung, wrong, contradicting, ignorant and busy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "dure/checkpoint.h"
#include "dure/encoding.h"
#include "dure/key.h"
#include "integration/dure_process.h"
#include "node/http/client.h"
#include "support/scripted_server.h"

namespace dure::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

std::unique_ptr<Signer> witness_signer(const std::string& name, std::uint8_t seed) {
  Secret<32> secret;
  std::fill(secret.data(), secret.data() + 32, seed);
  return std::move(*make_ed25519_signer(name, KeyType::kCosignatureV1, secret));
}

/// A witness that gives one answer, whatever it is asked.
class StubbornWitness {
 public:
  StubbornWitness(const std::string& name, std::uint8_t seed, std::string answer)
      : name_(name), key_(witness_signer(name, seed)->verifier().format()) {
    int port = 0;
    const int listener = node::listen_tcp(port);
    url_ = "http://127.0.0.1:" + std::to_string(port) + "/w";
    server_ = std::make_unique<node::ScriptedServer>(
        listener, [this, answer = std::move(answer)](int socket, int) {
          const auto head = node::hear(socket);
          if (head.empty()) return;
          read_body(socket, head);
          asked_ += node::path_of(head) == "/w/add-checkpoint" ? 1 : 0;
          node::say(socket, answer);
        });
  }
  std::string line() const { return "witness " + name_ + " " + key_ + " " + url_ + "\n"; }
  int asked() const { return asked_; }

 private:
  static void read_body(int socket, const std::string& head) {
    const auto at = head.find("Content-Length: ");
    std::size_t left = at == head.npos ? 0 : std::stoul(head.substr(at + 16));
    std::array<char, 1024> buffer{};
    while (left > 0) {
      const auto got = ::recv(socket, buffer.data(), std::min(left, buffer.size()), 0);
      if (got <= 0) return;
      left -= static_cast<std::size_t>(got);
    }
  }

  std::string name_, key_, url_;
  std::atomic<int> asked_{0};
  std::unique_ptr<node::ScriptedServer> server_;
};

/// Takes connections, as the kernel does, and says nothing.
class HungWitness {
 public:
  HungWitness() : key_(witness_signer("hung.example", 20)->verifier().format()) {
    int port = 0;
    listener_ = node::listen_tcp(port);
    url_ = "http://127.0.0.1:" + std::to_string(port);
  }
  ~HungWitness() { ::close(listener_); }
  HungWitness(const HungWitness&) = delete;
  HungWitness& operator=(const HungWitness&) = delete;
  std::string line() const { return "witness hung " + key_ + " " + url_ + "\n"; }

 private:
  std::string key_, url_;
  int listener_ = -1;
};

class IndependentWitnessProcessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built: DURE_PROGRAM is empty";
    init(data_, "suwon.go.kr/dure/1");
    init(other_, "helsinki.fi/dure/1");
    const auto policy = folder_.file("logs", "log " + text_of(data_, "log_vkey") + "\n");
    witness_ = std::make_unique<ServeProcess>(
        other_, std::vector<std::string>{"--witness-extra-logs", policy});
    ASSERT_FALSE(witness_->url().empty());
  }
  static void init(const std::string& data, const std::string& origin) {
    const auto made = run_dure({"init", "--data", data, "--origin", origin, "--name", "이름",
                                "--region", "41110", "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  static json status(const std::string& data) {
    return json::parse(run_dure({"status", "--data", data, "--json"}).out, nullptr, false);
  }
  static std::string text_of(const std::string& data, const char* member) {
    return status(data)[member].get<std::string>();
  }
  /// The line of the second node.
  std::string witness_line() const {
    return "witness helsinki " + text_of(other_, "witness_vkey") + " " + witness_->url() +
           "/witness\n";
  }
  void serve(const std::string& policy) {
    const auto file = folder_.file("ask.policy", policy);
    node_ = std::make_unique<ServeProcess>(
        data_, std::vector<std::string>{"--witness-ask", file, "--witness-refresh", "86400"});
    ASSERT_FALSE(node_->url().empty());
  }
  std::string publish(const std::string& title) const {
    const auto done = run_dure(
        {"publish", "--data", data_, "-", "--json"},
        R"({"type":"service","title":{"ko":")" + title +
            R"("},"summary":{"ko":"간호사가 찾아갑니다."},"department":{"ko":"보건소"},)"
            R"("contact":{"phone":"031-000-0000"},"regions":[{"scheme":"bjd","code":"4111000000"}],)"
            R"("status":{"code":"running"},"modified":"2026-03-01","licence":"kogl-1"})"
            "\n");
    EXPECT_EQ(done.code, 0) << done.err;
    return json::parse(done.out)["published"][0]["id"].get<std::string>();
  }
  json independent(const std::string& name) const {
    const json report = status(data_);
    for (const auto& one : report["finality"]["independent"]) {
      if (one["name"] == name) return one;
    }
    return json::object();
  }
  template <class Condition>
  bool comes_true(const Condition& condition) const {
    for (int i = 0; i < 400; ++i) {
      if (condition()) return true;
    }
    return false;
  }
  bool cosigned(const std::string& name, std::uint64_t size) const {
    return independent(name).value("size", std::uint64_t{0}) == size;
  }
  bool failed(const std::string& name) const { return independent(name).contains("error"); }
  /// `dure verify` of the record under a policy that wants the second node's cosignature.
  Outcome verify(const std::string& id) const {
    const auto proof = folder_.path("proof"), body = folder_.path("body");
    EXPECT_TRUE(comes_true([&] {  // the catalogue may be behind
      return run_dure({"proof", "--data", data_, id, "--output", proof, "--body", body}).code == 0;
    }));
    const auto policy = folder_.file("verify.policy", "log " + text_of(data_, "log_vkey") + "\n" +
                                                          witness_line() + "quorum helsinki\n");
    return run_dure({"verify", proof, body, "--policy", policy});
  }

  TempFolder folder_;
  std::string data_ = folder_.path("a"), other_ = folder_.path("b");
  std::unique_ptr<ServeProcess> witness_, node_;
};

TEST_F(IndependentWitnessProcessTest, ItsCosignatureIsServedAndProvesOffline) {
  const auto before = publish("방문 건강");
  EXPECT_NE(verify(before).code, 0) << "nobody has cosigned yet";
  serve(witness_line());
  ASSERT_TRUE(comes_true([&] { return cosigned("helsinki", 1); }));
  EXPECT_EQ(verify(before).code, 0);
  const auto after = publish("주차");
  ASSERT_TRUE(comes_true([&] { return cosigned("helsinki", 2); }));
  EXPECT_EQ(verify(after).code, 0);
  EXPECT_EQ(verify(before).code, 0);
  const auto note = node::http::testing::Client::to(node_->url()).get("/log/checkpoint").body;
  EXPECT_THAT(note, HasSubstr("helsinki.fi/dure/witness "));
  EXPECT_EQ(status(data_)["finality"]["final_size"], 0) << "it makes nothing final";
  EXPECT_THAT(run_dure({"status", "--data", data_, "--lang", "ko"}).out,
              HasSubstr("독립 증인(정족수에는 들지 않음): 1곳 가운데 1곳이 답함"));
  // It is kept: also without a running node, and over a kill.
  EXPECT_EQ(node_->stop(SIGKILL), 128 + SIGKILL);
  node_.reset();
  EXPECT_EQ(verify(after).code, 0);
}

TEST_F(IndependentWitnessProcessTest, AWitnessThatKnowsMoreThanWeThinkGetsTheProofFromThere) {
  publish("하나");
  {
    ServeProcess node(data_);
    const auto note = node::http::testing::Client::to(node.url()).get("/log/checkpoint").body;
    const std::string body = "old 0\n\n" + note;
    auto client = node::http::testing::Client::to(witness_->url());
    client.send("POST /witness/add-checkpoint HTTP/1.1\r\nHost: t\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    ASSERT_EQ(client.read().status, 200);
  }
  const auto id = publish("둘");
  serve(witness_line());
  ASSERT_TRUE(comes_true([&] { return cosigned("helsinki", 2); }));
  EXPECT_EQ(verify(id).code, 0);
}

TEST_F(IndependentWitnessProcessTest, BadOnesCostNobodyAnything) {
  const auto forger = witness_signer("wrong.example", 30);
  const auto forged =
      *cosign(format_checkpoint({"another/log/1", 1, Hash{}}), *forger, 1'800'000'000);
  const StubbornWitness wrong("wrong.example", 30,
                              node::answer("200 OK", format_signature(forged)));
  const StubbornWitness ahead(
      "ahead.example", 31,
      node::answer("409 Conflict\r\nContent-Type: text/x.tlog.size", "1000\n"));
  const StubbornWitness ignorant("ignorant.example", 32, node::answer("404 Not Found", ""));
  const StubbornWitness busy("busy.example", 33,
                             node::answer("429 Too Many Requests\r\nRetry-After: 3600", ""));
  const HungWitness hung;
  serve(hung.line() + wrong.line() + ahead.line() + ignorant.line() + busy.line() + witness_line() +
        "quorum none\n");
  const auto id = publish("방문 건강");
  ASSERT_TRUE(comes_true([&] { return cosigned("helsinki", 1); }));
  for (const char* name : {"wrong.example", "ahead.example", "ignorant.example", "busy.example"})
    EXPECT_TRUE(comes_true([&] { return failed(name); })) << name;
  EXPECT_EQ(verify(id).code, 0);
  EXPECT_TRUE(comes_true([&] { return failed("hung"); })) << "it is given up";
  const auto said = run_dure({"status", "--data", data_}).out;
  EXPECT_THAT(said, HasSubstr("1 of 6 answer; helsinki answered last"));
  EXPECT_THAT(said, HasSubstr("wrong.example: no cosignature yet"));
  EXPECT_THAT(said, HasSubstr("ignorant.example: no cosignature yet (It does not know our log"));
  EXPECT_EQ(status(data_)["state"], "ok") << "a claim stops nothing";
  // Publishing goes on, the good one is asked at once, the busy one is not asked again.
  const auto next = publish("주차");
  ASSERT_TRUE(comes_true([&] { return cosigned("helsinki", 2); }));
  EXPECT_EQ(verify(next).code, 0);
  EXPECT_EQ(busy.asked(), 1);
  const auto note = node::http::testing::Client::to(node_->url()).get("/log/checkpoint").body;
  EXPECT_THAT(note, Not(HasSubstr("wrong.example")));
  EXPECT_EQ(node_->stop(SIGTERM), 0) << "also while one of them hangs";
}

TEST_F(IndependentWitnessProcessTest, ABadFileIsNamedWithItsLine) {
  const auto refused = [&](const std::string& policy) {
    const auto file = folder_.file("bad.policy", policy);
    const auto outcome =
        run_dure({"serve", "--data", data_, "--listen", "127.0.0.1:0", "--witness-ask", file});
    EXPECT_NE(outcome.code, 0);
    EXPECT_THAT(outcome.err, HasSubstr("bad.policy"));
    return outcome.err;
  };
  const auto key = witness_signer("w.example", 40)->verifier().format();
  EXPECT_THAT(refused("# one\nwitness w nonsense https://w.example\n"), HasSubstr("line 2"));
  EXPECT_THAT(refused("# one\n\nwitness w " + key + "\n"), HasSubstr("line 3"));
  EXPECT_THAT(refused("witness w " + key + " ftp://w.example\n"), HasSubstr("line 1"));
  EXPECT_THAT(refused("witness w " + text_of(data_, "witness_vkey") + " https://w.example\n"),
              HasSubstr("this node itself"));
  EXPECT_THAT(refused("quorum none\n"), HasSubstr("no `witness` line"));
  std::string many;
  for (std::uint8_t i = 0; i < 17; ++i) {
    const auto name = "w" + std::to_string(i);
    many += "witness " + name + " " + witness_signer(name, i)->verifier().format() + " https://w\n";
  }
  EXPECT_THAT(refused(many), HasSubstr("more than 16"));
  const auto absent = run_dure({"serve", "--data", data_, "--listen", "127.0.0.1:0",
                                "--witness-ask", folder_.path("none"), "--lang", "ko"});
  EXPECT_NE(absent.code, 0);
  EXPECT_THAT(absent.err, HasSubstr("witness.ask"));
}

}  // namespace
}  // namespace dure::test
