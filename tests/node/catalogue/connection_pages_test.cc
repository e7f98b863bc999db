// SPDX-License-Identifier: Apache-2.0
// Pages about how entries hang together, from published bodies to HTML.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/routes/member_page.h"
#include "http/routes/page_routes.h"
#include "node/catalogue/memory_catalogue.h"

namespace dure::node::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using Query = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kAndong = "andong.example/dure/1";
constexpr const char* kGumi = "gumi.example/dure/1";

std::string named(const std::string& origin, std::uint64_t id) {
  return R"({"origin":")" + origin + R"(","id":")" + test_id(id) + R"("})";
}

class ConnectionPagesTest : public testing::Test {
 protected:
  ConnectionPagesTest() {
    NodeCard own;
    own.origin = kTestOrigin;
    own.name = "경기도 수원시";
    own.region = "41110";
    add_page_routes(router_, make_page_ports(*house_.service, house_.logs, house_.peers, own,
                                             RegionTable::built_in()));
  }
  void publish(const std::string& type, std::uint64_t id, const std::string& title,
               const std::string& members, const std::string& origin = kTestOrigin,
               const std::string& region = "41110") {
    house_.add(
        make_entry(
            type, test_id(id), 1,
            R"({"title":{"ko":")" + title +
                R"("},"summary":{"ko":"요약"},"modified":"2024-05-01","regions":[{"scheme":"bjd","code":")" +
                region + R"(00000"}],)" + members + "}"),
        origin);
  }
  void practices(std::uint64_t count) {
    publish("problem", 1, "밤길이 어두움", R"("fields":["5"])");
    for (std::uint64_t i = 0; i < count; ++i)
      publish("practice", 10 + i, "사례 " + std::to_string(i),
              R"("addresses":[)" + named(kTestOrigin, 1) + R"(],"cost":{"capital":)" +
                  std::to_string(1000 * (i + 1)) + "}");
  }
  void fold() {
    for (const char* origin : {kTestOrigin, kAndong, kGumi}) {
      if (house_.logs.log_by_origin(origin)) house_.complete(origin);
    }
    house_.fold();
  }
  Response get(const std::string& path, const Query& query = {}) {
    Request request;
    request.method = "GET";
    request.path = path;
    request.query = query;
    return router_.handle(request);
  }
  std::string page(const std::string& path, const Query& query = {}, int status = 200) {
    const Response response = get(path, query);
    EXPECT_EQ(response.status, status) << path;
    return *response.body;
  }
  static std::string at(std::uint64_t id) { return "/e/" + test_id(id); }
  CatalogueHouse house_;
  Router router_;
};

TEST_F(ConnectionPagesTest, AProblemShowsWhatWasDoneAboutItAndRemarksFirst) {
  practices(7);
  publish("service", 30, "가로등 신고", R"("addresses":[)" + named(kTestOrigin, 1) + "]", kAndong);
  publish("notice", 31, "오래된 내용", R"("kind":"stale","about":)" + named(kTestOrigin, 1), kGumi);
  fold();
  const std::string html = page(at(1));
  const auto place = [&](const char* text) { return html.find(text); };
  EXPECT_LT(place("이 항목에 달린 알림"), place("이 문제를 풀어 본 사례"));
  EXPECT_LT(place("이 문제를 풀어 본 사례"), place("이 문제를 다루는 공공서비스"));
  EXPECT_THAT(html, HasSubstr(kGumi)) << "who signed the remark";
  const std::size_t group = place("<h3>이 문제를 풀어 본 사례");
  const std::string five = html.substr(group, html.find("</ul>", group) - group);
  EXPECT_THAT(five, HasSubstr("사례 6"));
  EXPECT_THAT(five, HasSubstr("사례 2"));
  EXPECT_THAT(five, Not(HasSubstr("사례 1"))) << "five of seven, the latest";
  EXPECT_THAT(html, HasSubstr("problem=" + std::string("suwon")));
  const std::string all = page("/", {{"problem", test_id(1)}, {"type", "practice"}});
  EXPECT_THAT(all, HasSubstr("7건"));
  EXPECT_THAT(all, HasSubstr("밤길이 어두움")) << "named among what was chosen";
}

TEST_F(ConnectionPagesTest, APracticeShowsItsCircleOfAdoptionsOnce) {
  practices(1);
  publish("adoption", 40, "안동 도입",
          R"("practice":)" + named(kTestOrigin, 10) + R"(,"learnedFrom":[)" + named(kGumi, 41) +
              R"(],"decidedAt":"2024-03-01")",
          kAndong, "47170");
  publish(
      "adoption", 41, "구미 도입",
      R"("practice":)" + named(kTestOrigin, 10) + R"(,"learnedFrom":[)" + named(kAndong, 40) +
          R"(],"decidedAt":"2024-02-01","contact":{"role":{"ko":"도로팀"},"phone":"054-480-0000"})",
      kGumi, "47190");
  fold();
  const std::string html = page(at(10));
  EXPECT_THAT(html, HasSubstr("<svg class=\"graph\" role=\"img\""));
  EXPECT_THAT(html, HasSubstr("안동 도입"));
  EXPECT_THAT(html, HasSubstr("구미 도입"));
  const std::string near = page(at(10), {{"near", "47170"}});
  EXPECT_THAT(near, HasSubstr("경상북도에서 해 본 곳"));
  EXPECT_THAT(near, HasSubstr("href=\"tel:0544800000\""));
  EXPECT_THAT(near, HasSubstr("도로팀"));
  EXPECT_THAT(page(at(10), {{"near", "11110"}}), HasSubstr("아직 해 본 곳이 없습니다"));
  for (const char* bad : {"x", "99999", "<b>", "4717"})
    EXPECT_THAT(page(at(10), {{"near", bad}}), Not(HasSubstr("<b>")));
}

TEST_F(ConnectionPagesTest, ComparesUpToFiveAndSaysWhatItCannot) {
  practices(6);
  publish("organisation", 50, "수원시", R"("kind":"government","population":1000)");
  fold();
  const auto ids = [](std::uint64_t count) {
    Query query;
    for (std::uint64_t i = 0; i < count; ++i) query.emplace_back("id", test_id(10 + i));
    return query;
  };
  const std::string two = page("/compare", ids(2));
  EXPECT_THAT(two, HasSubstr("<td>1원</td><td>2원</td>")) << "per inhabitant";
  EXPECT_THAT(page("/compare", ids(5)), HasSubstr("사례 4"));
  EXPECT_THAT(page("/compare", ids(6), 400), HasSubstr("6개를 골랐으니"));
  EXPECT_THAT(page("/compare"), HasSubstr("두 개에서 다섯 개까지"));
  EXPECT_THAT(page("/compare", ids(1), 400), HasSubstr("하나 더"));
  Query mixed = ids(2);
  mixed.emplace_back("id", test_id(1));
  mixed.emplace_back("id", test_id(99));
  mixed.emplace_back("id", "<i>");
  const std::string html = page("/compare", mixed);
  EXPECT_THAT(html, HasSubstr("사례가 아니어서"));
  EXPECT_THAT(html, HasSubstr("이 노드에 없거나"));
  EXPECT_THAT(html, HasSubstr("항목 번호가 아닙니다"));
  EXPECT_THAT(html, Not(HasSubstr("<i>")));
  EXPECT_THAT(html, HasSubstr("<td>1원</td><td>2원</td>")) << "what can be compared is";
  Query twice = ids(5);
  twice.push_back(twice.front());
  EXPECT_THAT(page("/compare", twice), HasSubstr("사례 4"))
      << "one that was chosen twice counts once";
}

TEST_F(ConnectionPagesTest, ComparisonAndAdoptionsSpeakEnglishToo) {
  for (std::uint64_t i = 0; i < 2; ++i) {
    house_.add(make_entry(
        "practice", test_id(10 + i), 1,
        R"({"title":{"ko":"사례","en":"Practice"},"summary":{"ko":"요약","en":"In short"},)"
        R"("modified":"2024-05-01","cost":{"capital":2000},)"
        R"("outcomes":[{"indicator":{"ko":"민원","en":"Complaints"},"value":3,)"
        R"("baseline":5,"unit":"%"}]})"));
  }
  house_.add(make_entry("adoption", test_id(40), 1,
                        R"({"title":{"ko":"도입","en":"Adopted here"},"summary":{"ko":"요약"},)"
                        R"("modified":"2024-05-01","decidedAt":"2024-03-01",)"
                        R"("practice":)" +
                            named(kTestOrigin, 10) + "}"),
             kAndong);
  publish("organisation", 50, "수원시", R"("kind":"government","population":1000)");
  fold();
  const std::string compared =
      page("/compare", {{"id", test_id(10)}, {"id", test_id(11)}, {"lang", "en"}});
  EXPECT_THAT(compared, HasSubstr("Capital cost per inhabitant"));
  EXPECT_THAT(compared, HasSubstr("Shared indicators"));
  EXPECT_THAT(compared, HasSubstr("1,000 inhabitants"));
  EXPECT_THAT(compared, HasSubstr("Complaints"));
  EXPECT_THAT(compared, Not(HasSubstr("민원")));
  for (const char* korean : {"비용", "주민", "적혀 있지 않음", "견주", "쪽"})
    EXPECT_THAT(compared, Not(HasSubstr(korean)));
  const std::string practice = page(at(10), {{"lang", "en"}});
  EXPECT_THAT(practice, HasSubstr("Who adopted it"));
  EXPECT_THAT(practice, HasSubstr("Adopted here"));
  EXPECT_THAT(practice, HasSubstr("Nothing measured yet"));
  EXPECT_THAT(practice, Not(HasSubstr("누가 도입했나")));
  for (const auto& [count, sentence] : std::vector<std::pair<std::uint64_t, const char*>>{
           {0, "Put two to five"}, {1, "one more practice"}, {6, "You chose 6"}}) {
    Query query = {{"lang", "en"}};
    for (std::uint64_t i = 0; i < count; ++i) query.emplace_back("id", test_id(10 + i));
    EXPECT_THAT(page("/compare", query, count == 0 ? 200 : 400), HasSubstr(sentence));
  }
}

TEST_F(ConnectionPagesTest, WhatIsSearchedExactlyStaysSoWhenNarrowed) {
  publish("practice", 70, "사례", R"("fields":["5"])");
  publish("practice", 71, "사례", R"("fields":["4"])");
  fold();
  const std::string html = page("/", {{"q", "사례"}, {"exact", "true"}});
  EXPECT_THAT(html, HasSubstr("exact=true&amp;field=5"));
  EXPECT_THAT(page("/", {{"q", "사례"}}), Not(HasSubstr("exact=true")));
}

TEST_F(ConnectionPagesTest, OffersSimilarPracticesForComparison) {
  practices(3);
  fold();
  const std::string html = page(at(10));
  EXPECT_THAT(html, HasSubstr("비슷한 항목"));
  EXPECT_THAT(html, HasSubstr("action=\"/compare\""));
  EXPECT_THAT(html, HasSubstr("value=\"" + std::string(kTestOrigin) + '/' + test_id(11)));
  const std::string results = page("/", {{"type", "practice"}});
  EXPECT_THAT(results, HasSubstr("form=\"compare\""));
  EXPECT_THAT(page("/", {{"type", "problem"}}), Not(HasSubstr("form=\"compare\"")));
}

TEST_F(ConnectionPagesTest, ListsWhatNamesAnEntryPageByPage) {
  practices(60);
  fold();
  const std::string path = at(1) + "/references";
  const std::string html = page(path, {{"kind", "addresses"}, {"type", "practice"}});
  EXPECT_THAT(html, HasSubstr("사례 59"));
  EXPECT_THAT(html, HasSubstr("rel=\"next\""));
  EXPECT_EQ(get(path, {{"kind", "nothing"}}).status, 400);
  EXPECT_EQ(get(path, {{"cursor", "nothing"}}).status, 400);
  EXPECT_EQ(get("/e/nothing/references").status, 404);
  EXPECT_EQ(get(at(777) + "/references").status, 404);
}

TEST_F(ConnectionPagesTest, TheHomePageCountsTheTwelveFields) {
  practices(2);
  fold();
  const std::string html = page("/");
  EXPECT_THAT(html, HasSubstr("href=\"/?field=5\""));
  EXPECT_THAT(html, Not(HasSubstr("href=\"/?field=9\""))) << "nothing to find there";
  EXPECT_THAT(html, HasSubstr("밤길이 어두움"));
  EXPECT_THAT(html, HasSubstr("사례 1"));
  EXPECT_THAT(page("/", {{"lang", "en"}}), HasSubstr("By field"));
  EXPECT_THAT(page("/", {{"q", ""}, {"type", "practice"}}), HasSubstr("2건"));
}

TEST_F(ConnectionPagesTest, AGovernmentHasAPageByHashAndByName) {
  practices(2);
  publish("practice", 60, "안동 사례", R"("fields":["2"])", kAndong, "47170");
  publish("notice", 61, "알림", R"("kind":"stale","about":)" + named(kTestOrigin, 1), kAndong);
  fold();
  PeerEntry andong;
  andong.card.origin = kAndong;
  andong.card.name = "안동시";
  andong.card.region = "47170";
  ASSERT_TRUE(house_.peers.add(andong));
  for (const std::string& name : {origin_hash(kAndong), std::string("안동시")}) {
    const std::string html = page("/m/" + name);
    EXPECT_THAT(html, HasSubstr("<h1>안동시</h1>")) << name;
    EXPECT_THAT(html, HasSubstr("경상북도 안동시"));
    EXPECT_THAT(html, HasSubstr("안동 사례"));
    EXPECT_THAT(html, HasSubstr("2024년 5월 1일"));
    EXPECT_THAT(html, HasSubstr("type=practice&amp;origin=andong.example%2Fdure%2F1"));
    EXPECT_THAT(html, Not(HasSubstr("사례 0"))) << "of another government";
    EXPECT_THAT(html, HasSubstr("발행한 항목 <span class=\"count\">2</span>"))
        << "notices too, as on the tiles below";
  }
  EXPECT_EQ(get("/m/nobody").status, 404);
  EXPECT_EQ(get("/m/" + std::string(64, '0')).status, 404);
}

TEST_F(ConnectionPagesTest, ChangesAreListedByDayWithTheirPublishers) {
  practices(60);
  fold();
  const std::string html = page("/changes");
  EXPECT_THAT(html, HasSubstr("<h2>2024년 5월 1일</h2>"));
  EXPECT_THAT(html, HasSubstr("rel=\"next\""));
  EXPECT_EQ(get("/changes", {{"cursor", "broken"}}).status, 400);
}

TEST(MemberPageTest, TownsAreAlikeByBandAndKind) {
  EXPECT_EQ(population_band(0), 0U);
  EXPECT_EQ(population_band(29'999), 0U);
  EXPECT_EQ(population_band(30'000), 1U);
  EXPECT_EQ(population_band(5'000'000), 6U);
  EXPECT_EQ(area_kind("경상북도 안동시"), "city");
  EXPECT_EQ(area_kind("의성군(예시)"), "county");
  EXPECT_EQ(area_kind("경상북도 "), "province");
  EXPECT_EQ(area_kind("행정안전부"), "");
  EXPECT_EQ(area_kind(""), "");
}

}  // namespace
}  // namespace dure::node::http
