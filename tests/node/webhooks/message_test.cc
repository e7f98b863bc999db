// SPDX-License-Identifier: Apache-2.0
// Messages are what Standard Webhooks 1.0.0 says, checked with another library than signs them.
#include "webhooks/message.h"

#include <gmock/gmock.h>

#include <regex>

#include "dure/checkpoint.h"
#include "dure/encoding.h"
#include "dure/note.h"
#include "support/webhook_signature.h"
#include "webhooks_fixture.h"

namespace dure::node {
namespace {

const std::vector<HookChange> kChanges = {{4, "2026-11-28T23:59:59Z", R"({"id":"a"})"},
                                          {7, "2026-11-28T10:00:00Z", R"({"id":"b","t":"한글"})"}};

bool receiver_accepts(const std::string& key, const HookPost& post) {
  return node::receiver_accepts(key, {post.id, post.timestamp, post.signature, post.body});
}

HookPost sample() {
  return *make_hook_post(hook_body("suwon.go.kr/dure/1", {0x3f2a, 2}, kChanges), 1'796'000'000,
                         *hook_signer());
}

TEST(HookMessageTest, IsTheseBytes) {
  EXPECT_EQ(sample().body,
            R"({"type":"catalogue.changes","timestamp":"2026-11-28T23:59:59Z","data":)"
            R"({"node":"suwon.go.kr/dure/1","from":"3f2a-2","since":"3f2a-7","anew":false,)"
            R"("changes":[{"id":"a"},{"id":"b","t":"한글"}]}})");
  EXPECT_EQ(sample().timestamp, "1796000000");
  EXPECT_TRUE(std::regex_match(sample().id, std::regex("chg_[0-9a-f]{32}")));
  EXPECT_EQ(sample().id, sample().id);
}

TEST(HookMessageTest, AnotherBodyHasAnotherId) {
  const std::string body = sample().body;
  std::set<std::string> ids = {hook_id(body)};
  for (std::size_t i = 0; i < body.size(); ++i) {
    std::string other = body;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_TRUE(ids.insert(hook_id(other)).second) << i;
  }
}

TEST(HookMessageTest, AReceiverAcceptsItAndNoFlippedByte) {
  const std::string key = hook_key_text(hook_signer()->verifier());
  EXPECT_TRUE(receiver_accepts(key, sample()));
  EXPECT_FALSE(receiver_accepts(hook_key_text(hook_signer(8)->verifier()), sample()));
  for (std::string HookPost::*part : {&HookPost::id, &HookPost::timestamp, &HookPost::body}) {
    for (std::size_t i = 0; i < (sample().*part).size(); ++i) {
      HookPost changed = sample();
      (changed.*part)[i] = static_cast<char>((changed.*part)[i] ^ 1);
      EXPECT_FALSE(receiver_accepts(key, changed)) << i;
    }
  }
  auto bytes = *base64_decode(sample().signature.substr(4));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    HookPost changed = sample();
    bytes[i] = static_cast<char>(bytes[i] ^ 1);
    changed.signature = "v1a," + base64_encode(bytes);
    bytes[i] = static_cast<char>(bytes[i] ^ 1);
    EXPECT_FALSE(receiver_accepts(key, changed)) << i;
  }
}

// What is signed begins with "chg_", holds no line break, and so is no note, whatever a change
// says.
TEST(HookMessageTest, WhatIsSignedIsNoNote) {
  auto changes = kChanges;
  changes[0].json =
      nlohmann::json{{"title", "suwon.go.kr/dure/1\n3\nAAAA\n\n— suwon.go.kr/dure/1 x\n"}}.dump();
  const auto post =
      *make_hook_post(hook_body("suwon.go.kr/dure/1", {1, 0}, changes), 1, *hook_signer());
  const std::string content = post.id + "." + post.timestamp + "." + post.body;
  EXPECT_EQ(content.find('\n'), std::string::npos);
  EXPECT_FALSE(parse_checkpoint(content));
  EXPECT_FALSE(parse_note(content));
}

TEST(HookMessageTest, AnOriginCannotBreakOut) {
  const auto body =
      nlohmann::json::parse(hook_body("a\",\"b\":\"/dure/1", {1, 0}, kChanges), nullptr, false);
  ASSERT_FALSE(body.is_discarded());
  EXPECT_EQ(body["data"]["node"], "a\",\"b\":\"/dure/1");
}

}  // namespace
}  // namespace dure::node
