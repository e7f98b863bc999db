// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "membership/ports.h"
#include "support/sample_entries.h"

namespace dure::node {
namespace {

NodeCard card() {
  return {kTestOrigin,
          "수원시",
          "41110",
          Role::kTown,
          "https://suwon.example",
          test_signer()->verifier().format()};
}

TEST(NodeCardTest, ReadsWhatItWrites) {
  for (const Role role : {Role::kTown, Role::kProvince, Role::kObserver}) {
    NodeCard before = card();
    before.role = role;
    const std::string json = format_card(before);
    const auto after = parse_card(json);
    ASSERT_TRUE(after) << after.error().detail;
    EXPECT_EQ(format_card(*after), json);
    EXPECT_EQ(after->role, role);
    EXPECT_EQ(after->name, "수원시");
  }
}

TEST(NodeCardTest, TellsTheRequestKeyOfItsOwnMember) {
  NodeCard before = card();
  EXPECT_EQ(format_card(before).find("request_vkey"), std::string::npos) << "an older node";
  EXPECT_TRUE(parse_card(format_card(before))->request_vkey.empty());
  before.request_vkey = test_signer("suwon.example/dure/request", 8)->verifier().format();
  const auto after = parse_card(format_card(before));
  ASSERT_TRUE(after) << after.error().detail;
  EXPECT_EQ(after->request_vkey, before.request_vkey);
  for (const auto& bad :
       {test_signer("anyang.example/dure/request", 8)->verifier().format(),  // another member's
        test_signer("suwon.example/dure/witness", 8)->verifier().format(),
        test_signer("suwon.example/dure/request")->verifier().format(),  // the log's own key
        std::string("nonsense")}) {
    before.request_vkey = bad;
    EXPECT_FALSE(parse_card(format_card(before))) << bad;
  }
}

TEST(NodeCardTest, RegionAndUrlMayBeEmpty) {
  NodeCard observer = card();
  observer.region.clear();
  observer.url.clear();
  EXPECT_TRUE(parse_card(format_card(observer)));
}

TEST(NodeCardTest, IgnoresMembersOfLaterVersions) {
  std::string json = format_card(card());
  json.insert(1, R"("later":true,)");
  EXPECT_TRUE(parse_card(json));
}

TEST(NodeCardTest, RejectsEveryBadMember) {
  const auto refused = [](auto change) {
    NodeCard bad = card();
    change(bad);
    return !parse_card(format_card(bad)).has_value();
  };
  EXPECT_FALSE(refused([](NodeCard&) {}));
  EXPECT_TRUE(refused([](NodeCard& c) { c.origin = "no generation"; }));
  EXPECT_TRUE(
      refused([](NodeCard& c) { c.origin = "other.example/dure/1"; }));  // not the key's log
  EXPECT_TRUE(refused([](NodeCard& c) { c.name.clear(); }));
  EXPECT_TRUE(refused([](NodeCard& c) { c.name = "two\nlines"; }));
  EXPECT_TRUE(refused([](NodeCard& c) { c.name.assign(1000, 'x'); }));
  EXPECT_TRUE(refused([](NodeCard& c) { c.region = "4111"; }));
  EXPECT_TRUE(refused([](NodeCard& c) { c.region = "4111x"; }));
  EXPECT_TRUE(refused([](NodeCard& c) { c.url = "javascript:alert(1)"; }));
  EXPECT_TRUE(refused([](NodeCard& c) { c.url = "https://with space"; }));
  EXPECT_TRUE(refused([](NodeCard& c) { c.log_vkey.back() = '!'; }));
  EXPECT_TRUE(refused([](NodeCard& c) { c.log_vkey.clear(); }));
}

TEST(NodeCardTest, RejectsWhatIsNoCard) {
  EXPECT_FALSE(parse_card(""));
  EXPECT_FALSE(parse_card("{}"));
  EXPECT_FALSE(parse_card("[]"));
  std::string twice = format_card(card());
  twice.insert(1, R"("name":"다른 이름",)");
  EXPECT_FALSE(parse_card(twice));
  std::string number = format_card(card());
  number.replace(number.find("\"수원시\""), std::string("\"수원시\"").size(), "7");
  EXPECT_FALSE(parse_card(number));
}

TEST(RoleTest, NamesReadBack) {
  for (const Role role : {Role::kTown, Role::kProvince, Role::kObserver})
    EXPECT_EQ(*parse_role(role_name(role)), role);
  EXPECT_FALSE(parse_role("Town"));
  EXPECT_FALSE(parse_role(""));
}

}  // namespace
}  // namespace dure::node
