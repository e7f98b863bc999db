// SPDX-License-Identifier: Apache-2.0
// Who is let in: members of the charter, once for each nonce, in their time.
#include "membership/request_gate.h"

#include <gtest/gtest.h>

#include "federation-protocol/fixtures.h"

namespace dure::node {
namespace {

using dure::testing::outcome;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::int64_t kStart = 1'795'392'000;

/// A signed request with everything that can be wrong about it.
struct Sent {
  std::string method = "GET", target = "/federation/bodies/00/000?from=1", host = "anyang.go.kr";
  std::string input, signature, digest, type, content;
};

class RequestGateTest : public ::testing::Test {
 protected:
  RequestGateTest() {
    suwon_.id = "suwon.go.kr/dure";
    suwon_.request = signer_->verifier();
    ports_.member = [this](std::string_view id) -> std::optional<CharterMember> {
      if (id != suwon_.id) return std::nullopt;
      return suwon_;
    };
    ports_.names = [this] { return names_; };
    ports_.now = [this] { return now_; };
    ports_.started = kStart - 1000;
    open();
  }
  void open(ReplayLimits limits = {}) {
    gate_ = std::make_unique<RequestGate>(ports_, limits, [this] { return steady_; });
  }
  Sent sign(Sent sent = {}, std::int64_t created = kStart, const Signer* signer = nullptr) {
    const auto mark = sent.target.find('?');
    RequestParts parts{sent.method, "anyang.go.kr", path_ + sent.target.substr(0, mark),
                       mark == std::string::npos ? "?" : sent.target.substr(mark)};
    if (!sent.content.empty()) {
      sent.digest = content_digest(sent.content);
      sent.type = "application/json";
      parts.content = CoveredContent{sent.digest, sent.type};
    }
    std::string nonce = std::to_string(++nonces_);
    nonce.insert(0, 22 - nonce.size(), 'n');
    const auto fields = sign_request(parts, created, nonce, signer == nullptr ? *signer_ : *signer);
    sent.input = fields->input;
    sent.signature = fields->signature;
    return sent;
  }
  std::string admit(const Sent& sent) {
    ArrivedRequest request;
    request.method = sent.method;
    request.target = sent.target;
    request.host = sent.host;
    const auto add = [](std::vector<std::string_view>& to, const std::string& field) {
      if (!field.empty()) to.push_back(field);
    };
    add(request.signature_inputs, sent.input);
    add(request.signatures, sent.signature);
    add(request.content_digests, sent.digest);
    add(request.content_types, sent.type);
    request.content = sent.content;
    const auto admitted = gate_->admit(request);
    if (!admitted) last_ = admitted.error();
    return outcome(admitted);
  }

  std::unique_ptr<Signer> signer_ =
      dure::testing::signer("suwon.go.kr/dure/request", KeyType::kEd25519, 9);
  CharterMember suwon_;
  std::vector<PublicName> names_ = {*public_name("http://127.0.0.1:8421"),
                                    *public_name("https://Anyang.go.kr/")};
  std::string path_;
  std::int64_t now_ = kStart;
  steady_clock::time_point steady_{};
  RequestGatePorts ports_;
  std::unique_ptr<RequestGate> gate_;
  int nonces_ = 0;
  Error last_;
};

TEST_F(RequestGateTest, LetsAMemberIn) {
  EXPECT_EQ(admit(sign()), "ok");
  Sent post;
  post.method = "POST";
  post.target = "/x";
  post.content = "{}";
  EXPECT_EQ(admit(sign(post)), "ok");
}

TEST_F(RequestGateTest, ANonceIsGoodForOneRequest) {
  const auto sent = sign();
  EXPECT_EQ(admit(sent), "ok");
  EXPECT_EQ(admit(sent), "refused");
  steady_ += seconds(599);
  EXPECT_EQ(admit(sent), "refused");
  now_ += 301;
  steady_ += seconds(1);
  EXPECT_EQ(admit(sent), "refused") << "forgotten, but too old by then";
}

// A clock that is set forward and back would otherwise open the window again.
TEST_F(RequestGateTest, AWallClockThatJumpsForgetsNothing) {
  const auto sent = sign();
  EXPECT_EQ(admit(sent), "ok");
  now_ += 3600;
  EXPECT_EQ(admit(sign({}, now_)), "ok");
  now_ -= 3600;
  EXPECT_EQ(admit(sent), "refused");
}

TEST_F(RequestGateTest, OnlyASignatureThatHoldsIsRemembered) {
  const auto good = sign();
  auto forged = good;
  forged.signature = format_signature_field(std::string(64, 'x'));
  EXPECT_EQ(admit(forged), "bad-signature");
  EXPECT_EQ(admit(good), "ok") << "a stranger cannot use up somebody's nonce";
}

TEST_F(RequestGateTest, BoundsTheNoncesOfOneKey) {
  open({seconds(600), 3});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(admit(sign()), "ok");
  EXPECT_EQ(admit(sign()), "unavailable");
  steady_ += seconds(600);
  EXPECT_EQ(admit(sign()), "ok");
}

TEST_F(RequestGateTest, TellsWhatItTookForTheTime) {
  for (const std::int64_t off : {-301, 61}) {
    EXPECT_EQ(admit(sign({}, kStart + off)), "refused");
    ASSERT_EQ(last_.args.size(), 1U);
    EXPECT_EQ(last_.args[0], std::pair(std::string("created"), std::to_string(kStart + off)));
  }
  for (const std::int64_t off : {-300, 60}) EXPECT_EQ(admit(sign({}, kStart + off)), "ok");
}

TEST_F(RequestGateTest, RefusesWhatWasMadeBeforeItStarted) {
  const auto sent = sign();
  EXPECT_EQ(admit(sent), "ok");
  ports_.started = kStart + 1;
  now_ = kStart + 2;
  open();
  EXPECT_EQ(admit(sent), "refused") << "its nonce is forgotten";
  EXPECT_EQ(last_.args.size(), 1U);
  EXPECT_EQ(admit(sign({}, now_)), "ok");
}

TEST_F(RequestGateTest, LooksKeysUpInTheCharterOnly) {
  const auto other = dure::testing::signer("seoul.go.kr/dure/request", KeyType::kEd25519, 9);
  EXPECT_EQ(admit(sign({}, kStart, other.get())), "unknown-key");
  const auto stolen = dure::testing::signer("suwon.go.kr/dure/request", KeyType::kEd25519, 10);
  EXPECT_EQ(admit(sign({}, kStart, stolen.get())), "unknown-key");
  const auto sent = sign();
  suwon_.request.reset();
  EXPECT_EQ(admit(sent), "unknown-key") << "the charter took the key away";
}

TEST_F(RequestGateTest, ComparesTheNameWithItsOwn) {
  const auto with_host = [this](const char* host) {
    auto sent = sign();
    sent.host = host;
    return admit(sent);
  };
  EXPECT_EQ(with_host("ANYANG.go.kr:443"), "ok");
  EXPECT_EQ(with_host("127.0.0.1:8421"), "bad-signature") << "another of its names";
  EXPECT_EQ(with_host("evil.example"), "bad-signature");
  EXPECT_EQ(with_host("anyang.go.kr:80"), "bad-signature");
  EXPECT_EQ(with_host(""), "bad-signature");
  names_ = {*public_name("https://anyang.go.kr:8443")};
  EXPECT_EQ(with_host("anyang.go.kr"), "bad-signature") << "signed without the port";
  names_ = {*public_name("https://anyang.go.kr/federated")};
  EXPECT_EQ(with_host("anyang.go.kr"), "bad-signature") << "signed without the path";
  path_ = "/federated";
  EXPECT_EQ(with_host("anyang.go.kr"), "ok");
}

TEST_F(RequestGateTest, ContentIsWhatWasSigned) {
  Sent post;
  post.method = "POST";
  post.content = R"({"a":1})";
  auto other = sign(post);
  other.content = R"({"a":2})";
  EXPECT_EQ(admit(other), "bad-signature");
  auto without = sign(post);
  without.content.clear();
  EXPECT_EQ(admit(without), "bad-signature") << "content was signed";
  auto added = sign();
  added.content = "x";
  EXPECT_EQ(admit(added), "malformed") << "no digest";
  added.digest = content_digest("x");
  added.type = "text/plain";
  EXPECT_EQ(admit(added), "bad-signature") << "a digest that nobody signed";
}

TEST_F(RequestGateTest, RefusesFieldsThatStandTwice) {
  const auto sent = sign();
  ArrivedRequest request;
  request.method = sent.method;
  request.target = sent.target;
  request.host = sent.host;
  request.signature_inputs = {sent.input, sent.input};
  request.signatures = {sent.signature};
  EXPECT_EQ(outcome(gate_->admit(request)), "malformed");
  request.signature_inputs = {sent.input};
  request.signatures = {sent.signature, sent.signature};
  EXPECT_EQ(outcome(gate_->admit(request)), "malformed");
  request.signatures = {};
  EXPECT_EQ(outcome(gate_->admit(request)), "malformed");
  request.signatures = {sent.signature};
  EXPECT_EQ(outcome(gate_->admit(request)), "ok");
}

TEST(PublicNameTest, ReadsABaseUrl) {
  EXPECT_EQ(public_name("https://A.kr:443/x/")->authority, "a.kr");
  EXPECT_EQ(public_name("https://A.kr:443/x/")->path, "/x");
  EXPECT_EQ(public_name("http://[::1]:8421")->authority, "[::1]:8421");
  for (const char* bad : {"", "ftp://a.kr", "https://", "a.kr"}) EXPECT_FALSE(public_name(bad));
}

}  // namespace
}  // namespace dure::node
