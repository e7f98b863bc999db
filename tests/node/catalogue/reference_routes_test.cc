// SPDX-License-Identifier: Apache-2.0
// References end to end: published bodies in, both directions, filters and order out.
#include "http/routes/reference_routes.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "http/routes/api_routes.h"
#include "node/catalogue/memory_catalogue.h"

namespace dure::node::http {
namespace {

using Json = nlohmann::json;
using Query = std::vector<std::pair<std::string, std::string>>;
constexpr const char* kAndong = "andong.example/dure/1";

std::string body_of(const std::string& title, const std::string& members) {
  return R"({"title":{"ko":")" + title + R"("},"summary":{"ko":"요약"},"modified":"2024-05-01",)" +
         members + "}";
}

std::string named(const std::string& origin, std::uint64_t id) {
  return R"({"origin":")" + origin + R"(","id":")" + test_id(id) + R"("})";
}

class ReferenceRoutesTest : public testing::Test {
 protected:
  ReferenceRoutesTest() {
    add_api_routes(router_, *house_.service);
    add_reference_routes(router_, *house_.service);
  }
  void publish(const std::string& type, std::uint64_t id, const std::string& members,
               const std::string& origin = kTestOrigin) {
    house_.add(make_entry(type, test_id(id), 1,
                          body_of(type + std::to_string(id), members + R"(,"licence":"kogl-1")")),
               origin);
  }
  void fold() {
    house_.complete();
    house_.fold();
  }
  Response get(const std::string& path, const Query& query = {}) {
    Request request;
    request.method = "GET";
    request.path = path;
    request.query = query;
    return router_.handle(request);
  }
  Json json(const std::string& path, const Query& query = {}, int status = 200) {
    const Response response = get(path, query);
    EXPECT_EQ(response.status, status) << *response.body;
    const Json parsed = Json::parse(*response.body, nullptr, false);
    EXPECT_FALSE(parsed.is_discarded()) << *response.body;
    return parsed;
  }
  static std::string at(std::uint64_t id) {
    return "/api/v1/entries/" + test_id(id) + "/references";
  }
  static std::vector<std::string> ids(const Json& entries) {
    std::vector<std::string> out;
    for (const Json& entry : entries) out.push_back(entry["id"]);
    return out;
  }
  CatalogueHouse house_;
  Router router_;
};

TEST_F(ReferenceRoutesTest, TellsBothDirectionsAndWhatIsNotHere) {
  publish("problem", 1, R"("fields":["2"])");
  publish("practice", 2,
          R"("addresses":[)" + named(kTestOrigin, 1) + ',' + named(kAndong, 9) + "]");
  fold();
  const Json of_practice = json(at(2));
  ASSERT_EQ(of_practice["names"].size(), 2U);
  EXPECT_EQ(of_practice["names"][0]["kind"], "addresses");
  EXPECT_EQ(of_practice["names"][0]["resolved"], true);
  EXPECT_EQ(of_practice["names"][0]["entry"]["title"]["ko"], "problem1");
  EXPECT_EQ(of_practice["names"][1]["resolved"], false);
  EXPECT_EQ(of_practice["names"][1]["origin"], kAndong);
  EXPECT_FALSE(of_practice["names"][1].contains("entry"));

  const Json of_problem = json(at(1));
  EXPECT_EQ(of_problem["namedBy"]["counts"],
            Json::parse(R"([{"kind":"addresses","type":"practice","count":1}])"));
  EXPECT_EQ(ids(of_problem["namedBy"]["entries"]), std::vector<std::string>{test_id(2)});

  house_.add(make_entry("problem", test_id(9), 1, body_of("안동의 문제", R"("fields":["2"])")),
             kAndong);
  house_.complete(kAndong);
  house_.fold();
  EXPECT_EQ(json(at(2))["names"][1]["entry"]["title"]["ko"], "안동의 문제")
      << "it resolves when it arrives";
  EXPECT_EQ(json(at(9))["namedBy"]["entries"].size(), 1U) << "and knows who named it before";
}

TEST_F(ReferenceRoutesTest, PagesAndNarrowsAndRefusesWhatItDoesNotKnow) {
  publish("problem", 1, R"("fields":["2"])");
  for (std::uint64_t i = 10; i < 15; ++i)
    publish(i % 2 == 0 ? "service" : "practice", i,
            R"("addresses":[)" + named(kTestOrigin, 1) + "]");
  fold();
  Query query = {{"limit", "2"}};
  std::vector<std::string> seen;
  for (int page = 0; page < 10; ++page) {
    const Json answer = json(at(1), query);
    EXPECT_EQ(answer.contains("names"), page == 0);
    for (const auto& id : ids(answer["namedBy"]["entries"])) seen.push_back(id);
    if (!answer["links"].contains("next")) break;
    const std::string next = answer["links"]["next"];
    query = {{"limit", "2"}, {"cursor", next.substr(next.find("cursor=") + 7)}};
  }
  EXPECT_EQ(seen, (std::vector<std::string>{test_id(13), test_id(11), test_id(14), test_id(12),
                                            test_id(10)}));
  EXPECT_EQ(json(at(1), {{"type", "practice"}})["namedBy"]["entries"].size(), 2U);
  EXPECT_EQ(json(at(1), {{"kind", "about"}})["namedBy"]["entries"].size(), 0U);
  for (const Query& bad : std::vector<Query>{{{"kind", "none"}},
                                             {{"type", "<b>"}},
                                             {{"limit", "101"}},
                                             {{"limit", "0"}},
                                             {{"cursor", "1.2.3.4"}},
                                             {{"origin", "?"}},
                                             {{"x", "1"}}})
    EXPECT_TRUE(json(at(1), bad, 400).contains("parameters")) << bad[0].first;
  EXPECT_EQ(get("/api/v1/entries/none/references").status, 404);
  EXPECT_EQ(get(at(77)).status, 404);
}

TEST_F(ReferenceRoutesTest, SearchFindsWhatAddressesAProblemAndOrdersByAdoption) {
  publish("problem", 1, R"("fields":["2"])");
  for (std::uint64_t i = 10; i < 13; ++i)
    publish("practice", i, R"("addresses":[)" + named(kTestOrigin, 1) + "]");
  publish("practice", 20, R"("fields":["3"])");
  for (const auto& [origin, id] :
       std::vector<std::pair<std::string, std::uint64_t>>{{kAndong, 11},
                                                          {"gumi.example/dure/1", 11},
                                                          {"gumi.example/dure/1", 12},
                                                          {"uiseong.example/dure/1", 20}})
    publish("adoption", 100 + id + origin.size(), R"("practice":)" + named(kTestOrigin, id),
            origin);
  fold();
  const std::string entries = "/api/v1/entries";
  const auto found = [&](const Query& query) { return ids(json(entries, query)["entries"]); };
  EXPECT_EQ(found({{"problem", test_id(1)}, {"sort", "adoption"}}),
            (std::vector<std::string>{test_id(11), test_id(12), test_id(10)}));
  EXPECT_EQ(found({{"problem", std::string(kTestOrigin) + '/' + test_id(1)}}).size(), 3U);
  EXPECT_EQ(found({{"problem", std::string(kAndong) + '/' + test_id(1)}}).size(), 0U);
  EXPECT_EQ(found({{"adopted", "2"}}), std::vector<std::string>{test_id(11)});
  EXPECT_EQ(found({{"adopted", "1"}, {"problem", test_id(1)}}).size(), 2U);
  EXPECT_EQ(json(entries, {{"adopted", "2"}})["entries"][0]["adopters"], 2);

  const Json facets = json(entries, {{"facets", "true"}, {"adopted", "2"}})["facets"];
  EXPECT_EQ(facets["adopted"], Json::parse(R"([{"value":"1","count":3},{"value":"2","count":1}])"))
      << "counted as if it did not narrow";
  EXPECT_EQ(facets["type"], Json::parse(R"([{"value":"practice","count":1}])"));

  // Page by page in the same order.
  std::vector<std::string> paged;
  Query query = {{"type", "practice"}, {"sort", "adoption"}, {"limit", "1"}};
  for (int page = 0; page < 10; ++page) {
    const Json answer = json(entries, query);
    for (const auto& id : ids(answer["entries"])) paged.push_back(id);
    if (!answer["links"].contains("next")) break;
    const std::string next = answer["links"]["next"];
    query.resize(3);
    query.emplace_back("cursor", next.substr(next.find("cursor=") + 7));
  }
  EXPECT_EQ(paged, found({{"type", "practice"}, {"sort", "adoption"}}));
  EXPECT_EQ(paged.size(), 4U);
  for (const Query& bad : std::vector<Query>{{{"problem", "x"}},
                                             {{"problem", test_id(99)}},
                                             {{"adopted", "0"}},
                                             {{"adopted", "1,"}},
                                             {{"adopted", "70000"}},
                                             {{"sort", "adopters"}}})
    EXPECT_TRUE(json(entries, bad, 400).contains("parameters")) << bad[0].second;
}

}  // namespace
}  // namespace dure::node::http
