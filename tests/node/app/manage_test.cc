// SPDX-License-Identifier: Apache-2.0
// The management API of a whole node: who may do what, and what is left of it in log and audit log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/console_parts.h"
#include "http/routes/manage_routes.h"
#include "node/app/whole_node.h"
#include "support/memory_console.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kEntries[] = "/manage/v1/entries", kDrafts[] = "/manage/v1/drafts",
               kWithdrawals[] = "/manage/v1/withdrawals", kStatus[] = "/manage/v1/status";

json service(const std::string& title, const std::string& source = {}) {
  json entry = json::parse(
      R"({"type":"service","summary":{"ko":"나눔"},"department":{"ko":"교통과"},)"
      R"("contact":{"phone":"054-000-0000"},"regions":[{"scheme":"bjd","code":"4717000000"}],)"
      R"("status":{"code":"running"},"modified":"2026-11-01","licence":"kogl-1"})");
  entry["title"]["ko"] = title;
  if (!source.empty()) entry["identifiers"] = {{{"scheme", "andong-saeol"}, {"value", source}}};
  return entry;
}

class ManageTest : public testing::Test {
 protected:
  void SetUp() override {
    node_ = new_node(suwon_settings(folder_.file("node")));
    ASSERT_TRUE(node_);
    token_ = *node_->tokens->make("-", "sync", "publish,draft,withdraw,status", 30);
  }
  http::Response ask(const std::string& method, const std::string& path, const std::string& body,
                     std::vector<std::pair<std::string, std::string>> query = {}) {
    http::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.query = std::move(query);
    if (!token_.empty()) request.headers = {{"authorization", "Bearer " + token_}};
    return node_->router.handle(request);
  }
  http::Response post(const std::string& path, const json& body,
                      std::vector<std::pair<std::string, std::string>> query = {}) {
    return ask("POST", path, body.dump(), std::move(query));
  }
  static json read(const http::Response& response) { return json::parse(*response.body); }
  static std::string header(const http::Response& response, const std::string& name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return {};
  }
  /// What the audit log says from line `first` on: who, what, of what.
  std::vector<std::string> acts(std::uint64_t first = 2) {
    std::vector<std::string> said;
    const auto lines = node_->console_file->acts(first, 100);
    for (const AuditLine& line : *lines)
      said.push_back(line.act.account + ' ' + line.act.act + ' ' + line.act.subject);
    return said;
  }
  std::uint64_t size() const { return node_->own_log->size(); }

  TempFolder folder_;
  std::unique_ptr<NodeParts> node_;
  std::string token_;
};

TEST_F(ManageTest, ASystemPublishesAndSendsAgainWhatItGotNoAnswerFor) {
  const auto entry = service("골목 주차", "1");
  const auto first = post(kEntries, entry);
  ASSERT_EQ(first.status, 200) << *first.body;
  EXPECT_EQ(header(first, "Cache-Control"), "no-store");
  const auto again = read(post(kEntries, entry));
  EXPECT_EQ(again["published"][0]["id"], read(first)["published"][0]["id"]);
  EXPECT_EQ(again["published"][0]["unchanged"], true);
  auto changed = entry;
  changed["title"]["ko"] = "골목 주차 나눔";
  EXPECT_EQ(read(post(kEntries, changed))["published"][0]["rev"], 2);
  EXPECT_EQ(size(), 2U);
  EXPECT_THAT(acts(), ElementsAre("token:sync api.publish 1", "token:sync api.publish 1",
                                  "token:sync api.publish 1"));
}

TEST_F(ManageTest, FaultsAreToldAndNothingIsPublishedOrWrittenDown) {
  const std::string lines = service("하나").dump() + "\n" + R"({"type":"service"})" + "\n";
  const auto faulty = ask("POST", kEntries, lines, {{"lang", "ko"}});
  EXPECT_EQ(faulty.status, 200);
  EXPECT_EQ(read(faulty)["invalid"][0]["line"], 2);
  EXPECT_TRUE(read(faulty)["published"].empty());
  EXPECT_EQ(read(ask("POST", kEntries, service("하나").dump(), {{"check", "1"}}))["valid"], 1);
  EXPECT_EQ(size(), 0U);
  EXPECT_TRUE(acts().empty());
  EXPECT_EQ(read(ask("POST", kEntries, lines, {{"skip_invalid", "1"}}))["published"].size(), 1U);
  EXPECT_EQ(size(), 1U);
  EXPECT_THAT(acts(), ElementsAre("token:sync api.publish 1"));
}

TEST_F(ManageTest, WhatIsHandedInWaitsForAPerson) {
  const auto answer = post(kDrafts, service("골목 주차"));
  ASSERT_EQ(answer.status, 201) << *answer.body;
  EXPECT_EQ(read(answer)["state"], "review");
  EXPECT_EQ(size(), 0U);
  const auto draft = node_->drafts->find(read(answer)["number"].get<std::uint64_t>());
  ASSERT_TRUE(draft);
  EXPECT_EQ(draft->author, "token:sync");
  const auto done = node_->drafts->approve("lee", draft->number, draft->version);
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(size(), 1U);
  // A revision of it goes the same way.
  ASSERT_TRUE(node_->indexer->run_once());
  auto next = service("골목 주차 나눔");
  next["id"] = done->record;
  EXPECT_EQ(post(kDrafts, next).status, 201);
  EXPECT_EQ(size(), 1U);
  EXPECT_EQ(post(kDrafts, json{{"type", "service"}}).status, 422);
  EXPECT_EQ(ask("POST", kDrafts, "{").status, 400);
  EXPECT_EQ(post(kDrafts, json{{"type", "withdraw"}, {"reason", "x"}}).status, 422);
}

TEST_F(ManageTest, WithdrawsOwnEntriesForAReason) {
  const auto id = read(post(kEntries, service("골목 주차")))["published"][0]["id"];
  EXPECT_EQ(post(kWithdrawals, {{"id", id}}).status, 422);
  EXPECT_EQ(post(kWithdrawals, {{"id", id}, {"reason", ""}}).status, 422);
  EXPECT_EQ(post(kWithdrawals, {{"id", id}, {"reason", std::string(2001, 'x')}}).status, 422);
  EXPECT_EQ(post(kWithdrawals, {{"id", id}, {"reason", "합쳤습니다"}}).status, 200);
  EXPECT_EQ(size(), 2U);
  EXPECT_EQ(post(kWithdrawals, {{"id", id}, {"reason", "합쳤습니다"}}).status, 410);
}

TEST_F(ManageTest, EachRouteNeedsItsScope) {
  const std::vector<std::pair<std::string, std::pair<std::string, std::string>>> routes = {
      {"publish", {"POST", kEntries}},
      {"draft", {"POST", kDrafts}},
      {"withdraw", {"POST", kWithdrawals}},
      {"status", {"GET", kStatus}}};
  for (const auto& [scope, unused] : routes) {
    token_ = *node_->tokens->make("-", "only-" + scope, scope, 1);
    for (const auto& [wanted, route] : routes) {
      const auto answer = ask(route.first, route.second, "{");
      EXPECT_EQ(answer.status == 403, wanted != scope) << scope << " at " << route.second;
      if (answer.status == 403) {
        EXPECT_THAT(header(answer, "WWW-Authenticate"),
                    HasSubstr("error=\"insufficient_scope\", scope=\"" + wanted + "\""));
      }
    }
  }
  EXPECT_EQ(size(), 0U);
}

TEST_F(ManageTest, NobodyWithoutAValidTokenIsAnswered) {
  const std::string good = token_;
  for (const std::string& sent : {std::string(), std::string("dure_sync.AAAA"), good + "x"}) {
    token_ = sent;
    for (const char* path : {kEntries, kDrafts, kWithdrawals}) {
      const auto answer = post(path, service("x"));
      EXPECT_EQ(answer.status, 401) << path;
      EXPECT_THAT(header(answer, "WWW-Authenticate"), HasSubstr("Bearer realm=\"dure\""));
      EXPECT_EQ(header(answer, "Cache-Control"), "no-store");
      EXPECT_EQ(header(answer, "Access-Control-Allow-Origin"), "") << "no page of another site";
    }
    EXPECT_EQ(ask("GET", kStatus, "").status, 401);
  }
  ASSERT_TRUE(node_->tokens->revoke("-", "sync"));
  token_ = good;
  EXPECT_EQ(post(kEntries, service("x")).status, 401);
  EXPECT_EQ(size(), 0U);
}

// What cannot be written down is not done, whether it was written down after all or not.
TEST_F(ManageTest, NothingIsDoneThatTheAuditLogDoesNotHold) {
  MemoryConsole store;
  http::ManagePorts ports;
  ports.tokens = node_->tokens.get();
  ports.drafts = node_->drafts.get();
  ports.store = &store;
  ports.control.publisher = node_->publisher.get();
  ports.control.log = node_->own_log.get();
  ports.control.validator = node_->validator.get();
  ports.control.attachments = node_->attachments.get();
  ports.now = node_->now;
  const auto id = read(post(kEntries, service("거둬들일 것")))["published"][0]["id"];
  node_->router = http::Router();
  http::add_manage_routes(node_->router, ports);
  for (const Failure failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    store.fail.arm(failure);
    EXPECT_EQ(post(kEntries, service("골목 주차")).status, 500);
    EXPECT_FALSE(store.fail.armed());
    store.fail.arm(failure);
    EXPECT_EQ(post(kWithdrawals, {{"id", id}, {"reason", "합쳤습니다"}}).status, 500);
    EXPECT_FALSE(store.fail.armed());
    EXPECT_EQ(size(), 1U);
  }
  EXPECT_EQ(post(kEntries, service("골목 주차")).status, 200);
  EXPECT_EQ(post(kWithdrawals, {{"id", id}, {"reason", "합쳤습니다"}}).status, 200);
  EXPECT_EQ(size(), 3U);
}

TEST_F(ManageTest, TellsTheState) {
  const auto answer = ask("GET", kStatus, "");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(read(answer)["origin"], "suwon.go.kr/dure/1");
}

}  // namespace
}  // namespace dure::node
