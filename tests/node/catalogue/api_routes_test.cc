// SPDX-License-Identifier: Apache-2.0
#include "http/routes/api_routes.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "dure/proof.h"
#include "http/conditional.h"
#include "http/reply.h"
#include "node/catalogue/memory_catalogue.h"

namespace dure::node::http {
namespace {

using Json = nlohmann::json;
using Query = std::vector<std::pair<std::string, std::string>>;
constexpr const char* kOther = "anyang.example/dure/1";

std::string header_of(const std::vector<std::pair<std::string, std::string>>& headers,
                      std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

std::string header(const Response& response, std::string_view name) {
  return header_of(response.headers, name);
}

class ApiRoutesTest : public testing::Test {
 protected:
  ApiRoutesTest() { add_api_routes(router_, *house_.service); }

  Response get(const std::string& path, const Query& query = {}) {
    Request request;
    request.method = "GET";
    request.path = path;
    request.query = query;
    return router_.handle(request);
  }
  /// What the front makes of the answer to a conditional request.
  Reply reply(const std::string& path, const std::string& if_none_match) {
    Request request;
    request.method = "GET";
    request.path = path;
    request.headers.emplace_back("if-none-match", if_none_match);
    return make_reply(request, router_.handle(request), "Sun, 22 Nov 2026 21:00:00 GMT");
  }
  static Json json(const Response& response) {
    const Json parsed = Json::parse(*response.body, nullptr, false);
    EXPECT_FALSE(parsed.is_discarded()) << *response.body;
    return parsed;
  }
  void publish(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      house_.add(
          make_entry("service", test_id(i), 1, service_body("교통 사업 " + std::to_string(i))));
    }
    house_.complete();
    house_.fold();
  }
  CatalogueHouse house_;
  Router router_;
};

TEST_F(ApiRoutesTest, Searches) {
  publish(3);
  const Response response = get("/api/v1/entries", {{"q", "교통"}, {"limit", "2"}});
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "*");
  const Json body = json(response);
  EXPECT_EQ(body["matched"], 3);
  EXPECT_EQ(body["total"], 3);
  EXPECT_EQ(body["relaxed"], false);
  EXPECT_EQ(body["indexed"], 3);
  EXPECT_EQ(body["stored"], 3);
  ASSERT_EQ(body["entries"].size(), 2U);
  EXPECT_EQ(body["entries"][0]["publisher"], "경기도 수원시");
  EXPECT_EQ(body["entries"][0]["origin"], kTestOrigin);
  EXPECT_NE(header(response, "Link").find("rel=\"next\""), std::string::npos);
  EXPECT_NE(header(response, "Link").find("q=%EA%B5%90%ED%86%B5"), std::string::npos);
}

TEST_F(ApiRoutesTest, TellsWhatWasSearchedInstead) {
  publish(3);
  house_.add(make_entry("service", test_id(10), 1, service_body("공영 주차장 늘리기")));
  house_.fold();
  const Json body = json(get("/api/v1/entries", {{"q", "주자장"}}));
  EXPECT_EQ(body["matched"], 1);
  EXPECT_EQ(body["corrected"], Json::parse(R"([{"typed":"주자장","meant":"주차장"}])"));
  EXPECT_EQ(body["relaxed"], false);
  EXPECT_EQ(json(get("/api/v1/entries", {{"q", "수원시 교통"}}))["places"], Json::array({"41110"}));
  const Json exact = json(get("/api/v1/entries", {{"q", "주자장"}, {"exact", "true"}}));
  EXPECT_EQ(exact["matched"], 0);
  EXPECT_EQ(exact["corrected"], Json::array());
  EXPECT_EQ(exact["places"], Json::array());
  EXPECT_EQ(get("/api/v1/entries", {{"exact", "yes"}}).status, 400);
}

TEST_F(ApiRoutesTest, FollowsTheCursorToTheEnd) {
  publish(7);
  std::set<std::string> seen;
  Query query{{"q", "교통"}, {"limit", "3"}};
  for (int page = 0; page < 10; ++page) {
    const Response response = get("/api/v1/entries", query);
    ASSERT_EQ(response.status, 200);
    const Json body = json(response);
    for (const Json& entry : body["entries"]) EXPECT_TRUE(seen.insert(entry["id"]).second);
    if (!body["links"].contains("next")) break;
    const std::string next = body["links"]["next"];
    query = {{"q", "교통"}, {"limit", "3"}, {"cursor", next.substr(next.find("cursor=") + 7)}};
  }
  EXPECT_EQ(seen.size(), 7U);
}

TEST_F(ApiRoutesTest, RefusesBadParametersAndListsThem) {
  publish(1);
  const Response response =
      get("/api/v1/entries", {{"page", "2"}, {"limit", "101"}, {"region", "x"}, {"sort", "up"}});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const Json body = json(response);
  ASSERT_EQ(body["parameters"].size(), 4U) << body;
  EXPECT_EQ(body["parameters"][0]["name"], "page");
  EXPECT_NE(std::find(body["known"].begin(), body["known"].end(), "limit"), body["known"].end());
  EXPECT_FALSE(json(get("/api/v1/entries", {{"limit", "0"}})).contains("known"));
  const std::vector<Query> bad = {{{"limit", "0"}},
                                  {{"limit", "-1"}},
                                  {{"limit", "1e2"}},
                                  {{"limit", ""}},
                                  {{"cursor", "s!"}},
                                  {{"cursor", "sAAAA"}},
                                  {{"q", "a"}, {"q", "b"}},
                                  {{"type", "a b"}},
                                  {{"origin", " "}},
                                  {{"q", std::string(kMaxQueryBytes + 1, 'a')}},
                                  {{"<b>", "x"}}};
  for (const Query& query : bad) {
    EXPECT_EQ(get("/api/v1/entries", query).status, 400)
        << query[0].first << '=' << query[0].second.substr(0, 20);
  }
}

TEST_F(ApiRoutesTest, NarrowsAndCounts) {
  house_.add(make_entry("service", test_id(1), 1,
                        R"({"title":{"ko":"가"},"fields":["2"],"audiences":["elderly"]})"));
  house_.add(make_entry("practice", test_id(2), 1, R"({"title":{"ko":"나"},"fields":["2","5"]})"));
  house_.add(make_entry("notice", test_id(3), 1, R"({"title":{"ko":"다"},"fields":["2"]})"));
  house_.complete();
  house_.fold();
  const Json all = json(get("/api/v1/entries", {{"facets", "true"}}));
  EXPECT_EQ(all["matched"], 2) << "notices are for those who ask for them";
  EXPECT_EQ(all["facets"]["field"],
            Json::parse(R"([{"value":"2","count":2},{"value":"5","count":1}])"));
  EXPECT_EQ(all["facets"]["type"].size(), 3U);
  const Json some = json(get("/api/v1/entries", {{"field", "5,4"}, {"facets", "true"}}));
  EXPECT_EQ(some["matched"], 1);
  EXPECT_EQ(some["facets"]["field"], all["facets"]["field"]) << "other fields can still be chosen";
  EXPECT_FALSE(json(get("/api/v1/entries", {{"field", "5"}})).contains("facets"));
  EXPECT_EQ(json(get("/api/v1/entries", {{"type", "notice"}}))["matched"], 1);
}

TEST_F(ApiRoutesTest, RefusesFacetsThatThereAreNot) {
  const Response response =
      get("/api/v1/entries",
          {{"field", "2,13"}, {"audience", "everybody"}, {"review", "soon"}, {"facets", "yes"}});
  EXPECT_EQ(response.status, 400);
  const Json body = json(response);
  ASSERT_EQ(body["parameters"].size(), 4U) << body;
  EXPECT_NE(body["parameters"].dump().find("elderly"), std::string::npos);
}

TEST_F(ApiRoutesTest, InjectionAttemptsAreWords) {
  publish(2);
  for (const char* typed : {"\"", "' OR 1=1 --", "교통\" OR \"", "NEAR(", "title:교통 -x", "*", "^",
                            "{a b}: c", "\x01교통", "교\xFF통", "); DROP TABLE search;"}) {
    const Response response = get("/api/v1/entries", {{"q", typed}});
    EXPECT_EQ(response.status, 200) << typed;
    (void)json(response);
  }
  EXPECT_EQ(json(get("/api/v1/entries", {{"q", "교통"}}))["matched"], 2);
}

TEST_F(ApiRoutesTest, AnswersNotModified) {
  publish(2);
  for (const std::string& path :
       {std::string("/api/v1/entries"), "/api/v1/entries/" + test_id(1),
        "/api/v1/entries/" + test_id(1) + "/body", "/api/v1/entries/" + test_id(1) + "/proof",
        "/api/v1/entries/" + test_id(1) + "/history"}) {
    const Response first = get(path);
    ASSERT_EQ(first.status, 200) << path;
    const std::string etag = header(first, "ETag");
    ASSERT_FALSE(etag.empty());
    // The tag of the form that the client holds, and nothing less than a full answer has.
    for (const std::string& held : {etag, gzip_tag(etag), "W/" + etag}) {
      const Reply second = reply(path, held);
      EXPECT_EQ(second.status, 304) << path << held;
      EXPECT_EQ(second.body, nullptr);
      EXPECT_EQ(header_of(second.headers, "ETag"), held);
      EXPECT_EQ(header_of(second.headers, "Cache-Control"), "public, max-age=60");
    }
    EXPECT_EQ(reply(path, "\"other\"").status, 200);
  }
}

TEST_F(ApiRoutesTest, TheTagChangesWithTheAnswer) {
  publish(1);
  const std::string before = header(get("/api/v1/entries"), "ETag");
  house_.add(make_entry("service", test_id(50), 1, service_body("새것")));
  house_.fold();
  EXPECT_NE(header(get("/api/v1/entries"), "ETag"), before);
}

TEST_F(ApiRoutesTest, ShowsARecordAndItsParts) {
  publish(2);
  house_.add(make_entry("service", test_id(1), 2, service_body("고침")));
  house_.fold();
  const std::string path = "/api/v1/entries/" + test_id(1);
  const Json record = json(get(path));
  EXPECT_EQ(record["rev"], 2);
  EXPECT_EQ(record["body"]["title"]["ko"], "고침");
  EXPECT_EQ(record["provenance"]["index"], 2);
  EXPECT_EQ(record["provenance"]["provable"], false);
  EXPECT_EQ(json(get(path, {{"rev", "1"}}))["body"]["title"]["ko"], "교통 사업 1");
  EXPECT_EQ(*get(path + "/body").body, service_body("고침"));
  EXPECT_EQ(json(get(path + "/history"))["revisions"].size(), 2U);
  EXPECT_EQ(get(path + "/proof").status, 409) << "the head does not cover revision 2 yet";
  const Response proof = get(path + "/proof", {{"rev", "1"}});
  ASSERT_EQ(proof.status, 200);
  EXPECT_TRUE(parse_proof(*proof.body));
  EXPECT_EQ(get(path, {{"rev", "3"}}).status, 404);
  EXPECT_EQ(get(path, {{"rev", "0"}}).status, 400);
  EXPECT_EQ(get(path, {{"x", "0"}}).status, 400);
}

TEST_F(ApiRoutesTest, UnknownRecordsAreNotFound) {
  publish(1);
  for (const char* suffix : {"", "/body", "/proof", "/history"}) {
    EXPECT_EQ(get("/api/v1/entries/" + test_id(99) + suffix).status, 404);
    EXPECT_EQ(get(std::string("/api/v1/entries/rubbish") + suffix).status, 404);
    EXPECT_EQ(get("/api/v1/entries/" + test_id(0) + suffix, {{"origin", kOther}}).status, 404);
  }
}

TEST_F(ApiRoutesTest, WithdrawnIsGoneWithATombstone) {
  publish(1);
  house_.add(make_entry("withdraw", test_id(0), 2, R"({"reason":"사업 <b>끝</b>"})"));
  house_.fold();
  const std::string path = "/api/v1/entries/" + test_id(0);
  const Response gone = get(path);
  EXPECT_EQ(gone.status, 410);
  EXPECT_EQ(json(gone)["reason"], "사업 <b>끝</b>");
  EXPECT_EQ(json(gone)["publisher"], "경기도 수원시");
  EXPECT_EQ(get(path + "/body").status, 410);
  EXPECT_EQ(get(path, {{"rev", "1"}}).status, 200);
  EXPECT_EQ(json(get(path + "/history"))["withdrawn"], true);
  EXPECT_EQ(json(get("/api/v1/entries"))["matched"], 0);
}

TEST_F(ApiRoutesTest, ErasedIsGoneWithAReasonAndNothingElse) {
  publish(1);
  house_.add(make_entry("service", test_id(0), 2, service_body("둘째 판")));
  house_.fold();
  // Even if the text were still at hand, nothing of it is told.
  const auto erased = [](std::string_view, std::uint64_t index) {
    return index == 0 ? std::optional(ErasedView{"personal-data", 7}) : std::nullopt;
  };
  NodeCard own;
  own.origin = kTestOrigin;
  SearchService service(*house_.store, house_.logs, house_.peers, own, SynonymTable::built_in(),
                        RegionTable::built_in(), erased);
  router_ = {};
  add_api_routes(router_, service);
  const std::string path = "/api/v1/entries/" + test_id(0);
  for (const char* tail : {"", "/body", "/proof"}) {
    const Response gone = get(path + tail, {{"rev", "1"}});
    EXPECT_EQ(gone.status, 410) << tail;
    EXPECT_EQ(json(gone)["erased"]["reason"], "personal-data");
    EXPECT_EQ(json(gone)["erased"]["eraseIndex"], 7);
    EXPECT_EQ(gone.body->find("교통"), std::string::npos);
  }
  EXPECT_EQ(get(path).status, 200) << "the revision after it";
  const auto history = json(get(path + "/history"));
  EXPECT_EQ(history["revisions"][0]["erased"], "personal-data");
  EXPECT_TRUE(history["revisions"][1]["erased"].is_null());
}

TEST_F(ApiRoutesTest, SeveralClaimsAreAChoice) {
  publish(1);
  house_.add(make_entry("service", test_id(0), 5, service_body("남의 것")), kOther);
  house_.fold();
  const Response several = get("/api/v1/entries/" + test_id(0));
  EXPECT_EQ(several.status, 300);
  ASSERT_EQ(json(several)["choices"].size(), 2U);
  EXPECT_EQ(json(get("/api/v1/entries/" + test_id(0), {{"origin", kTestOrigin}}))["rev"], 1);
}

TEST_F(ApiRoutesTest, EveryOtherMethodIsRefused) {
  Request request;
  request.method = "POST";
  request.path = "/api/v1/entries";
  EXPECT_EQ(router_.handle(request).status, 405);
}

}  // namespace
}  // namespace dure::node::http
