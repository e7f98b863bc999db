// SPDX-License-Identifier: Apache-2.0
#include "links/dead_notice.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "publishing/entry_validation.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

constexpr char kOrigin[] = "suwon.go.kr/dure/1", kEntry[] = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
constexpr char kBody[] =
    R"({"title":{"ko":"주차 안내"},"contact":{"phone":"031-228-2114"},"modified":"2026-01-01"})";

KnownLink dead(const std::string& url, std::int64_t since, int status) {
  KnownLink state;
  state.url = url;
  state.dead_since = since;
  state.dead_status = status;
  return state;
}

const std::vector<KnownLink> kTwo = {dead("https://a.example/x", 1'767'225'600, 404),
                                     dead("https://b.example/", 1'767'312'000, 0)};

TEST(DeadNoticeTest, SaysWhatWasFoundAndIsAValidNotice) {
  const auto body = dead_notice(kOrigin, kEntry, kBody, kTwo);
  ASSERT_TRUE(body);
  const auto validator = EntryValidator::create();
  ASSERT_TRUE(validator);
  const auto faults = (*validator)->check("notice", *body);
  EXPECT_FALSE(has_error(faults)) << faults.front().pointer << ' ' << faults.front().text;
  const Json json = Json::parse(*body);
  EXPECT_EQ(json["kind"], "dead-link");
  EXPECT_EQ(json["about"],
            Json({{"origin", kOrigin}, {"id", kEntry}, {"title", {{"ko", "주차 안내"}}}}));
  EXPECT_EQ(json["issued"], "2026-01-01T00:00:00Z");
  EXPECT_EQ(json["modified"], "2026-01-02T00:00:00Z");
  EXPECT_EQ(json["findings"], Json({{{"url", "https://a.example/x"}, {"status", 404}},
                                    {{"url", "https://b.example/"}, {"status", 0}}}));
  EXPECT_EQ(json["contact"]["phone"], "031-228-2114");
}

TEST(DeadNoticeTest, TheSameStatesMakeTheSameBytes) {
  auto later = kTwo;
  later[0].checked_at = 1'800'000'000;
  later[0].status = 410;
  later[0].failures = 9;
  EXPECT_EQ(dead_notice(kOrigin, kEntry, kBody, kTwo), dead_notice(kOrigin, kEntry, kBody, later));
}

TEST(DeadNoticeTest, AtMostAHundredAreNamed) {
  std::vector<KnownLink> many(150, kTwo[0]);
  const auto body = dead_notice(kOrigin, kEntry, kBody, many);
  ASSERT_TRUE(body);
  EXPECT_EQ(Json::parse(*body)["findings"].size(), 100U);
}

TEST(DeadNoticeTest, ItsReaderKnowsItsOwnAndNoOther) {
  const auto body = dead_notice(kOrigin, kEntry, kBody, kTwo);
  const auto notice = read_dead_notice(kOrigin, "n", *body);
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->entry, kEntry);
  EXPECT_EQ(notice->body, *body);
  EXPECT_EQ(notice->urls, (std::vector<std::string>{"https://a.example/x", "https://b.example/"}));
  EXPECT_FALSE(read_dead_notice("anyang.go.kr/dure/1", "n", *body));
  for (const char* member : {"keywords", "kind", "about"}) {
    Json other = Json::parse(*body);
    other.erase(member);
    EXPECT_FALSE(read_dead_notice(kOrigin, "n", other.dump())) << member;
  }
  Json by_hand = Json::parse(*body);
  by_hand["keywords"] = {"주차"};
  EXPECT_FALSE(read_dead_notice(kOrigin, "n", by_hand.dump()));
  for (const char* broken : {"", "[]", "{", R"({"kind":7,"about":[]})"})
    EXPECT_FALSE(read_dead_notice(kOrigin, "n", broken));
}

TEST(DeadNoticeTest, WithoutAContactThereIsNone) {
  EXPECT_FALSE(dead_notice(kOrigin, kEntry, R"({"title":{"ko":"x"}})", kTwo));
  EXPECT_FALSE(dead_notice(kOrigin, kEntry, "{", kTwo));
}

}  // namespace
}  // namespace dure::node
