// SPDX-License-Identifier: Apache-2.0
// The metadata quality of a publisher as programs ask for it, over a real catalogue.
#include "http/routes/quality_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "dure/checkpoint.h"
#include "http/routes/page_routes.h"
#include "http/routes/quality_reports.h"
#include "node/catalogue/memory_catalogue.h"

namespace dure::node::http {
namespace {

using Json = nlohmann::json;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr char kOther[] = "anyang.go.kr/dure/1";

std::string dataset(const std::string& url, const std::string& extra = {}) {
  return R"({"title":{"ko":"주차장"},"summary":{"ko":"자리"},"modified":"2026-01-01","licence":"kogl-1",)"
         R"("kind":"data","distributions":[{"url":")" +
         url + "\"" + extra + "}]}";
}

class QualityRoutesTest : public testing::Test {
 protected:
  QualityRoutesTest() : listing_(*house_.store, house_.logs) {
    sources_ = {&listing_, &house_.peers, &RegionTable::built_in(), {}};
    sources_.own.origin = kTestOrigin;
    QualityOptions options;
    options.version = [this] { return house_.store->version() + links_version_; };
    options.links = [this](std::string_view origin, std::string_view address) {
      ++asked_;
      EXPECT_EQ(origin, kTestOrigin);
      return address == "https://suwon.example/dead" ? LinkState::kDead : links_;
    };
    options.clock = [this] {
      // Counting takes a second each time.
      now_ += running_ ? seconds(1) : seconds(0);
      return now_;
    };
    reports_ = std::make_unique<QualityReports>(sources_, std::move(options));
    QualityPorts ports;
    ports.origin_of = [](std::string_view hash) -> Result<std::string> {
      if (hash == origin_hash(kTestOrigin)) return std::string(kTestOrigin);
      return Error{ErrorCode::kNotFound, "no log with this hash is here"};
    };
    ports.publisher = [](std::string_view) { return std::string("수원시"); };
    ports.report = [this](const std::string& origin) { return reports_->of(origin); };
    PagePorts pages = make_page_ports(*house_.service, house_.logs, house_.peers, sources_.own,
                                      RegionTable::built_in());
    pages.quality = ports.report;
    add_quality_routes(router_, std::move(ports));
    add_page_routes(router_, std::move(pages));
  }

  void publish(std::uint64_t number, const std::string& type, const std::string& body,
               const std::string& origin = kTestOrigin) {
    house_.add(make_entry(type, test_id(number), 1, body), origin);
    house_.complete(origin);
    house_.fold();
  }
  Response get(const std::string& hash, const std::string& parameter = {}) {
    Request request;
    request.method = "GET";
    request.path = "/api/v1/members/" + hash + "/quality";
    if (!parameter.empty()) request.query = {{parameter, "1"}};
    return router_.handle(request);
  }
  std::string page(const std::string& language) {
    Request request;
    request.method = "GET";
    request.path = "/m/" + origin_hash(kTestOrigin);
    request.query = {{"lang", language}};
    const Response response = router_.handle(request);
    EXPECT_EQ(response.status, 200);
    return *response.body;
  }
  Json report() {
    const Response response = get(origin_hash(kTestOrigin));
    EXPECT_EQ(response.status, 200) << *response.body;
    return Json::parse(*response.body, nullptr, false);
  }

  CatalogueHouse house_;
  Listing listing_;
  CatalogueSources sources_;
  LinkState links_ = LinkState::kNotChecked;
  std::uint64_t links_version_ = 0;
  int asked_ = 0;
  bool running_ = false;
  std::chrono::steady_clock::time_point now_{};
  std::unique_ptr<QualityReports> reports_;
  Router router_;
};

// Both: keyword … temporal 100; format 20, list 10, free 20, DCAT-AP 30; licence 20; access 15,
// contact 20, publisher 10; modified 5: 250. The one answers (50), the other is dead.
TEST_F(QualityRoutesTest, TellsTheMeanOfAPublishersDatasets) {
  links_ = LinkState::kAnswers;
  publish(1, "dataset", dataset("https://suwon.example/a"));
  publish(2, "dataset", dataset("https://suwon.example/dead"));
  publish(3, "service", service_body("주차"));
  publish(4, "dataset", dataset("https://anyang.example/a"), kOther);
  const Json json = report();
  EXPECT_EQ(json["origin"], kTestOrigin);
  EXPECT_EQ(json["publisher"], "수원시");
  EXPECT_EQ(json["datasets"], 2);
  EXPECT_EQ(json["others"], 1);
  EXPECT_EQ(json["points"], 275.0);
  EXPECT_EQ(json["notChecked"], 0.0);
  EXPECT_EQ(json["rating"], "good");
  EXPECT_EQ(json["dimensions"][1]["name"], "accessibility");
  EXPECT_EQ(json["dimensions"][1]["points"], 25.0);
  EXPECT_EQ(json["dimensions"][0]["metrics"][0]["filledIn"], 2);
  EXPECT_EQ(json["raise"][0]["metric"], "downloadUrlAnswers");
}

TEST_F(QualityRoutesTest, WhatNobodyCheckedIsToldAsSuch) {
  publish(1, "dataset", dataset("https://suwon.example/a", R"(,"size":7,"format":"CSV")"));
  const Json json = report();
  EXPECT_EQ(json["points"], 295.0);
  EXPECT_EQ(json["notChecked"], 80.0);
  EXPECT_EQ(json["rating"], "good");
  EXPECT_EQ(json["ratingAtMost"], "excellent");
}

TEST_F(QualityRoutesTest, WithoutDatasetsThereAreNoPoints) {
  publish(1, "service", service_body("주차"));
  const Json json = report();
  EXPECT_EQ(json["datasets"], 0);
  for (const char* name : {"points", "notChecked", "rating", "ratingAtMost"})
    EXPECT_FALSE(json.contains(name)) << name;
  EXPECT_TRUE(json["raise"].empty());
  EXPECT_EQ(json["dimensions"][0]["metrics"][2]["others"], 1);
}

TEST_F(QualityRoutesTest, ThePageShowsPointsByDimensionAndWhatWouldRaiseThem) {
  publish(1, "service", service_body("주차"));
  EXPECT_THAT(page("ko"), HasSubstr("데이터 항목이 이 노드에 없습니다"));
  EXPECT_THAT(page("ko"), Not(HasSubstr("무엇에 몇 점인지")));
  publish(2, "dataset", dataset("https://suwon.example/a", R"(,"size":7,"format":"CSV")"));
  const std::string korean = page("ko"), english = page("en");
  EXPECT_THAT(korean, HasSubstr("405점 가운데 295점이며, 확인하지 않은 주소가 모두 응답하면 "
                                "375점까지 됩니다: 좋음에서 매우 좋음."));
  EXPECT_THAT(english, HasSubstr("295 of 405 points, and up to 375"));
  EXPECT_THAT(english, HasSubstr("<th scope=\"row\">Can it be got</th><td>20</td><td>100</td>"
                                 "<td>80</td>"));
  EXPECT_THAT(english, HasSubstr("Give the media type (distributions, mediaType). (+10 points)"));
  EXPECT_THAT(english, HasSubstr("1 of 1 (1 filled in by the catalogue)"));
  EXPECT_THAT(english, HasSubstr("/api/v1/members/" + origin_hash(kTestOrigin) + "/quality"));
}

TEST_F(QualityRoutesTest, CountsEveryPageOfALongCatalogue) {
  for (std::uint64_t i = 0; i < 450; ++i)
    house_.add(make_entry("dataset", test_id(i), 1, dataset("https://suwon.example/a")));
  house_.complete();
  house_.fold();
  EXPECT_EQ(report()["datasets"], 450);
}

TEST_F(QualityRoutesTest, KeepsAReportUntilItsCatalogueChanges) {
  publish(1, "dataset", dataset("https://suwon.example/a"));
  report();
  const int asked = asked_;
  report();
  EXPECT_EQ(asked_, asked);
  ++links_version_;
  links_ = LinkState::kDead;
  EXPECT_EQ(report()["notChecked"], 0.0);
  EXPECT_GT(asked_, asked);
}

TEST_F(QualityRoutesTest, RestsTwentyTimesAsLongAsCountingTook) {
  running_ = true;
  publish(1, "dataset", dataset("https://suwon.example/a"));
  report();
  running_ = false;
  publish(2, "dataset", dataset("https://suwon.example/b"));
  now_ += seconds(18);
  EXPECT_EQ(report()["datasets"], 1) << "the one that is here is told meanwhile";
  now_ += seconds(3);
  EXPECT_EQ(report()["datasets"], 2);
}

TEST_F(QualityRoutesTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(get(origin_hash(kOther)).status, 404);
  EXPECT_EQ(get("x").status, 404);
  EXPECT_EQ(get(origin_hash(kTestOrigin), "rev").status, 400);
}

}  // namespace
}  // namespace dure::node::http
