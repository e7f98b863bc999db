// SPDX-License-Identifier: Apache-2.0
// Tokens of the management API over a store whose every write fails in both ways.
#include "console/api_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include "support/memory_console.h"

namespace dure::node {
namespace {

constexpr std::int64_t kDay = 86'400;

class ApiTokensTest : public testing::Test {
 protected:
  ErrorCode why_not(std::string_view token, std::string_view scope = "publish") {
    const auto checked = tokens_.check(token, scope);
    return checked ? ErrorCode::kInternal : checked.error().code;
  }
  std::int64_t now_ = 1'780'000'000;
  MemoryConsole store_;
  ApiTokens tokens_{{&store_, [this] { return now_; },
                     [](std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }}};
};

TEST_F(ApiTokensTest, ATokenMayDoItsScopesUntilItsTime) {
  const auto token = tokens_.make("lee", "sync", "status,publish", 30);
  ASSERT_TRUE(token) << token.error().detail;
  const auto checked = tokens_.check(*token, "publish");
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->scopes, "publish,status");
  EXPECT_EQ(ApiTokens::actor_of(*checked), "token:sync");
  EXPECT_TRUE(tokens_.check(*token, "status"));
  EXPECT_EQ(why_not(*token, "withdraw"), ErrorCode::kRefused);
  now_ += 30 * kDay - 1;
  EXPECT_TRUE(tokens_.check(*token, "publish"));
  now_ += 1;
  EXPECT_EQ(why_not(*token), ErrorCode::kUnknownKey);
  EXPECT_EQ(tokens_.check(*token, "publish").error().text, "errors.api_token_ended");
}

TEST_F(ApiTokensTest, NoOtherTextIsAToken) {
  const auto token = tokens_.make("lee", "sync", "publish", 30);
  ASSERT_TRUE(token);
  for (std::size_t i = 0; i < token->size(); ++i) {
    std::string changed = *token;
    changed[i] = changed[i] == 'a' ? 'b' : 'a';
    EXPECT_EQ(why_not(changed), ErrorCode::kUnknownKey) << i;
  }
  for (const std::string& text :
       {std::string(), std::string("dure_sync."), std::string("dure_sync"), token->substr(5),
        *token + "a", "dure_sync." + std::string(100'000, 'a'), std::string("dure_.x")})
    EXPECT_EQ(why_not(text), ErrorCode::kUnknownKey) << text.substr(0, 40);
}

TEST_F(ApiTokensTest, ARevokedTokenEndsAndItsNameIsFree) {
  const auto token = tokens_.make("lee", "sync", "publish", 30);
  EXPECT_EQ(tokens_.make("lee", "sync", "publish", 30).error().code, ErrorCode::kConflict);
  ASSERT_TRUE(tokens_.revoke("lee", "sync"));
  EXPECT_EQ(why_not(*token), ErrorCode::kUnknownKey);
  EXPECT_EQ(why_not("dure_sync."), ErrorCode::kUnknownKey);
  ASSERT_TRUE(tokens_.revoke("lee", "sync")) << "twice is once";
  const auto next = tokens_.make("lee", "sync", "status", 30);
  ASSERT_TRUE(next);
  EXPECT_NE(*next, *token);
  EXPECT_EQ(why_not(*token, "status"), ErrorCode::kUnknownKey);
  EXPECT_TRUE(tokens_.check(*next, "status"));
  EXPECT_EQ(tokens_.revoke("lee", "other").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(*store_.acts_so_far(), 3U) << "made, revoked, made";
}

TEST_F(ApiTokensTest, BadWishesAreRefused) {
  for (const char* scopes : {"", "publish,", "admin", "publish,publish", "Publish", " publish"})
    EXPECT_EQ(tokens_.make("lee", "sync", scopes, 30).error().code, ErrorCode::kInvalid) << scopes;
  for (const std::int64_t days : {-1, 0, 367})
    EXPECT_EQ(tokens_.make("lee", "sync", "publish", days).error().code, ErrorCode::kInvalid);
  for (const char* name : {"", "a b", "UPPER", "../x"})
    EXPECT_EQ(tokens_.make("lee", name, "publish", 30).error().code, ErrorCode::kInvalid) << name;
  EXPECT_TRUE(tokens_.all()->empty());
  EXPECT_EQ(*store_.acts_so_far(), 0U);
}

TEST_F(ApiTokensTest, TheSecretIsNotKept) {
  const auto token = tokens_.make("lee", "sync", "publish", 30);
  const auto kept = *tokens_.all();
  ASSERT_EQ(kept.size(), 1U);
  const std::string secret = token->substr(token->rfind('.') + 1);
  EXPECT_GE(secret.size(), 50U);
  EXPECT_THAT(kept[0].hash, testing::Not(testing::HasSubstr(secret)));
}

TEST_F(ApiTokensTest, TheHourOfItsLastUseIsKeptAndAFailureStopsNobody) {
  const auto token = tokens_.make("lee", "sync", "publish", 30);
  EXPECT_EQ(tokens_.all()->front().used, 0);
  ASSERT_TRUE(tokens_.check(*token, "publish"));
  const std::int64_t first = now_;
  now_ += 3599;
  ASSERT_TRUE(tokens_.check(*token, "publish"));
  EXPECT_EQ(tokens_.all()->front().used, first);
  now_ += 1;
  store_.fail.arm(Failure::kBeforeWrite);
  EXPECT_TRUE(tokens_.check(*token, "publish"));
  ASSERT_TRUE(tokens_.check(*token, "publish"));
  EXPECT_EQ(tokens_.all()->front().used, now_);
}

TEST_F(ApiTokensTest, EachWriteFailsInBothWays) {
  for (const Failure failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    const bool kept = failure == Failure::kAfterWrite;
    store_.fail.arm(failure);
    EXPECT_EQ(tokens_.make("lee", "sync", "publish", 30).error().code, ErrorCode::kStorage);
    const auto now = tokens_.all();
    EXPECT_EQ(!now->empty() && !now->front().revoked(), kept);
    // Nobody has seen a token that was kept: it is ended and made anew.
    if (kept) {
      ASSERT_TRUE(tokens_.revoke("lee", "sync"));
    }
    const auto token = tokens_.make("lee", "sync", "publish", 30);
    ASSERT_TRUE(token);
    store_.fail.arm(failure);
    EXPECT_EQ(tokens_.revoke("lee", "sync").error().code, ErrorCode::kStorage);
    EXPECT_EQ(tokens_.check(*token, "publish").has_value(), !kept);
    ASSERT_TRUE(tokens_.revoke("lee", "sync"));
    EXPECT_EQ(why_not(*token), ErrorCode::kUnknownKey);
  }
}

}  // namespace
}  // namespace dure::node
