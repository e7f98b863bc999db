// SPDX-License-Identifier: Apache-2.0
// Who gets members-only bodies over HTTP, and what the others are told.
#include "http/routes/members_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "federation-protocol/fixtures.h"

namespace dure::node::http {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr std::int64_t kNow = 1'795'392'000;

class MembersRoutesTest : public ::testing::Test {
 protected:
  MembersRoutesTest() {
    member_.id = "suwon.go.kr/dure";
    member_.request = signer_->verifier();
    RequestGatePorts gate;
    gate.member = [this](std::string_view id) -> std::optional<CharterMember> {
      if (id != member_.id) return std::nullopt;
      return member_;
    };
    gate.names = [] { return std::vector{*public_name("http://127.0.0.1:8421")}; };
    gate.now = [] { return kNow; };
    gate_ = std::make_unique<RequestGate>(gate, ReplayLimits{std::chrono::seconds(600), 4});
    MembersPorts ports;
    ports.gate = gate_.get();
    ports.bodies = [this](std::string_view hash, const TilePath& tile,
                          std::size_t from) -> Result<Bytes> {
      ++asked_;
      if (hash != "00ff") return Error{ErrorCode::kNotFound, "no such log"};
      return "bodies of " + std::to_string(tile.index) + "/" + std::to_string(tile.width) + "/" +
             std::to_string(from);
    };
    ports.list = [](std::string_view words, std::string_view) {
      return Result<std::string>("{\"words\":\"" + std::string(words) + "\"}");
    };
    ports.record = [](std::string_view, std::string_view,
                      std::uint64_t rev) -> Result<std::string> {
      if (rev == 9) return Error{ErrorCode::kNotFound, "none"};
      return std::string("{}");
    };
    add_members_routes(router_, std::move(ports));
  }
  Response get(const std::string& path, std::int64_t created = kNow, std::string nonce = {}) {
    Request request;
    request.method = "GET";
    request.target = path;
    const auto mark = std::min(path.find('?'), path.size());
    request.path = path.substr(0, mark);
    if (mark != path.size()) {
      const auto query = path.substr(mark + 1);
      const auto equals = query.find('=');
      request.query.emplace_back(query.substr(0, equals), query.substr(equals + 1));
    }
    if (nonce.empty()) nonce = std::string(22, static_cast<char>('a' + nonces_++));
    const RequestParts parts{"GET", "127.0.0.1:8421", request.path,
                             mark == path.size() ? "?" : path.substr(mark)};
    const auto fields = sign_request(parts, created, nonce, *signer_);
    request.headers = {{"host", "127.0.0.1:8421"},
                       {"signature-input", fields->input},
                       {"signature", fields->signature}};
    return router_.handle(request);
  }
  Response get_unsigned(const std::string& path, bool control = false) {
    Request request;
    request.method = "GET";
    request.target = request.path = path;
    request.control = control;
    return router_.handle(request);
  }
  static std::string header(const Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
      if (key == name) return value;
    return {};
  }

  std::unique_ptr<Signer> signer_ =
      dure::testing::signer("suwon.go.kr/dure/request", KeyType::kEd25519, 9);
  CharterMember member_;
  std::unique_ptr<RequestGate> gate_;
  Router router_;
  int nonces_ = 0, asked_ = 0;
};

TEST_F(MembersRoutesTest, AMemberGetsThemAndNoCacheDoes) {
  const auto response = get("/federation/bodies/00ff/x001/002.p/7?from=3");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(*response.body, "bodies of 1002/7/3");
  EXPECT_EQ(response.content_type, "application/octet-stream");
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  EXPECT_TRUE(header(response, "ETag").empty());
}

TEST_F(MembersRoutesTest, AStrangerIsToldWhatToSign) {
  const auto response = get_unsigned("/federation/bodies/00ff/000");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(asked_, 0);
  const auto problem = json::parse(*response.body);
  EXPECT_EQ(problem["time"], kNow);
  EXPECT_EQ(problem["type"], "urn:dure:error:malformed");
  EXPECT_FALSE(problem.contains("skew"));
  EXPECT_THAT(header(response, "Accept-Signature"), HasSubstr("dure=(\"@method\""));
}

TEST_F(MembersRoutesTest, AWrongClockIsToldHowWrongItIs) {
  const auto problem = json::parse(*get("/federation/bodies/00ff/000", kNow - 400).body);
  EXPECT_EQ(problem["status"], 401);
  EXPECT_EQ(problem["created"], kNow - 400);
  EXPECT_EQ(problem["skew"], -400);
}

TEST_F(MembersRoutesTest, AnObserverIsRefused) {
  member_.status = MemberStatus::kObserver;
  EXPECT_EQ(get("/federation/bodies/00ff/000").status, 403);
  EXPECT_EQ(asked_, 0);
}

TEST_F(MembersRoutesTest, OnlyBundlesHaveAPath) {
  for (const char* path : {"/federation/bodies/00ff/0", "/federation/bodies/00ff/000.p/256",
                           "/federation/bodies/00ff/x000/000", "/federation/bodies/0000/000"})
    EXPECT_EQ(get(path).status, 404) << path;
}

TEST_F(MembersRoutesTest, KnowsNoOtherParameter) {
  for (const char* query : {"?from=256", "?from=x", "?to=1"})
    EXPECT_EQ(get(std::string("/federation/bodies/00ff/000") + query).status, 400) << query;
}

TEST_F(MembersRoutesTest, ReplayedAndTooMany) {
  const std::string nonce(22, 'z');
  EXPECT_EQ(get("/federation/bodies/00ff/000", kNow, nonce).status, 200);
  EXPECT_EQ(get("/federation/bodies/00ff/000", kNow, nonce).status, 401);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get("/federation/bodies/00ff/000").status, 200);
  const auto full = get("/federation/bodies/00ff/000");
  EXPECT_EQ(full.status, 429);
  EXPECT_FALSE(header(full, "Retry-After").empty());
}

TEST_F(MembersRoutesTest, TheListIsForTheControlSocketOnly) {
  for (const char* path : {"/control/v1/members", "/control/v1/members/someid"}) {
    EXPECT_EQ(get_unsigned(path).status, 404);
    EXPECT_EQ(get_unsigned(path, /*control=*/true).status, 200);
  }
}

}  // namespace
}  // namespace dure::node::http
