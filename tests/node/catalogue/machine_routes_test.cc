// SPDX-License-Identifier: Apache-2.0
// The catalogue as machines ask for it: formats, pages, changes, site map.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "http/reply.h"
#include "http/routes/api_routes.h"
#include "http/routes/catalogue_routes.h"
#include "http/routes/changes_routes.h"
#include "http/routes/control_catalogue.h"
#include "http/routes/list_formats.h"
#include "http/routes/sitemap_routes.h"
#include "node/catalogue/memory_catalogue.h"

namespace dure::node::http {
namespace {

using Json = nlohmann::json;
using Query = std::vector<std::pair<std::string, std::string>>;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string header(const Response& response, std::string_view name) {
  std::string all;
  for (const auto& [key, value] : response.headers) {
    if (key == name) all += (all.empty() ? "" : ", ") + value;
  }
  return all;
}

class MachineRoutesTest : public testing::Test {
 protected:
  MachineRoutesTest()
      : listing_(*house_.store, house_.logs, [this](std::string_view, std::uint64_t index) {
          return index == erased_ ? std::optional(ErasedView{"mistake", 9}) : std::nullopt;
        }) {
    sources_ = {&listing_, &house_.peers, &RegionTable::built_in(), {}};
    sources_.own.origin = kTestOrigin;
    sources_.own.name = "경기도 수원시";
    sources_.own.url = "https://suwon.example";
    ApiFormats formats;
    formats.record = [this](const Request& request, const RecordView& view, Format format) {
      return record_as_rdf(sources_, request, view, format);
    };
    formats.search = [this](const Request& request, const SearchAnswer& answer, Format format,
                            const std::string& next) {
      return search_as(sources_, request, answer, format, next);
    };
    add_api_routes(router_, *house_.service, {}, {}, formats);
    add_catalogue_routes(router_, sources_);
    add_changes_routes(router_, sources_);
    add_sitemap_routes(router_, sources_);
    add_control_catalogue(router_, sources_);
  }

  Response get(const std::string& path, const Query& query = {}, const std::string& accept = {},
               bool control = false) {
    Request request;
    request.method = "GET";
    request.path = path;
    request.query = query;
    request.control = control;
    if (!accept.empty()) request.headers.emplace_back("accept", accept);
    return router_.handle(request);
  }
  static Json json(const Response& response) {
    const Json parsed = Json::parse(*response.body, nullptr, false);
    EXPECT_FALSE(parsed.is_discarded()) << *response.body;
    return parsed;
  }
  void publish(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i)
      house_.add(make_entry("service", test_id(i), 1, service_body("=교통 " + std::to_string(i))));
    house_.complete();
    house_.fold();
  }

  CatalogueHouse house_;
  std::uint64_t erased_ = UINT64_MAX;
  Listing listing_;
  CatalogueSources sources_;
  Router router_;
};

TEST_F(MachineRoutesTest, AcceptAndFormatChooseTheFormat) {
  publish(1);
  EXPECT_EQ(get("/catalog").content_type, "application/ld+json");
  EXPECT_THAT(get("/catalog", {}, "text/turtle").content_type, StartsWith("text/turtle"));
  EXPECT_THAT(get("/catalog", {{"format", "ttl"}}, "application/ld+json").content_type,
              StartsWith("text/turtle"));
  EXPECT_THAT(
      get("/catalog", {}, "text/turtle;q=0.4, application/ld+json;q=0.3, */*;q=0.1").content_type,
      StartsWith("text/turtle"));
  EXPECT_EQ(get("/catalog", {}, "text/html,application/xml;q=0.9,*/*;q=0.8").status, 200);
  EXPECT_EQ(get("/catalog", {}, "application/*").content_type, "application/ld+json");
  for (const char* accept :
       {"application/pdf", "text/turtle;q=0, application/ld+json;q=0.000", ";;;,,", "*/*;q=2"})
    EXPECT_EQ(get("/catalog", {}, accept).status, 406) << accept;
  EXPECT_EQ(get("/catalog", {{"format", "xml"}}).status, 400);
  EXPECT_EQ(get("/catalog", {{"formats", "ttl"}}).status, 400);
  const Response answer = get("/catalog");
  EXPECT_THAT(header(answer, "Vary"), HasSubstr("Accept"));
  EXPECT_THAT(header(answer, "Link"),
              HasSubstr("</catalog?format=ttl>; rel=\"alternate\"; type=\"text/turtle\""));
  EXPECT_NE(header(answer, "ETag"), header(get("/catalog", {{"format", "ttl"}}), "ETag"));
}

TEST_F(MachineRoutesTest, TheCatalogueComesInPagesThatLinkToEachOther) {
  publish(25);
  std::set<std::string> found;
  Query query = {{"limit", "10"}};
  for (int pages = 1;; ++pages) {
    const Response response = get("/catalog", query);
    ASSERT_EQ(response.status, 200);
    std::string next;
    const Json document = json(response);
    for (const Json& node : document["@graph"]) {
      const std::string id = node.value("@id", "");
      if (node.value("@type", Json()) == Json({"cpsv:PublicService", "dcat:Resource"}))
        found.insert(id);
      if (node.contains("hydra:next")) next = node["hydra:next"]["@id"];
    }
    if (next.empty()) {
      EXPECT_EQ(pages, 3);
      break;
    }
    ASSERT_LT(pages, 4);
    EXPECT_THAT(header(response, "Link"), HasSubstr("rel=\"next\""));
    query = {{"limit", "10"}, {"cursor", next.substr(next.find("cursor=") + 7)}};
    auto& cursor = query[1].second;  // as the server decodes it
    for (std::size_t at; (at = cursor.find("%2F")) != std::string::npos;)
      cursor.replace(at, 3, "/");
  }
  EXPECT_EQ(found.size(), 25U);
  EXPECT_TRUE(found.contains("https://suwon.example/e/" + test_id(0)));
  for (const char* cursor : {"x", "aaaa.b", ".", "0"})
    EXPECT_EQ(get("/catalog", {{"cursor", cursor}}).status, 400) << cursor;
  for (const char* limit : {"0", "1001", "-1", "x"})
    EXPECT_EQ(get("/catalog", {{"limit", limit}}).status, 400) << limit;
}

TEST_F(MachineRoutesTest, ARecordIsToldAsStatements) {
  publish(1);
  const std::string path = "/api/v1/entries/" + test_id(0);
  EXPECT_EQ(get(path).content_type, "application/json");
  const Response response = get(path, {}, "application/ld+json");
  EXPECT_EQ(json(response)["@graph"][0]["@id"], "https://suwon.example/e/" + test_id(0));
  EXPECT_THAT(*get(path, {{"format", "ttl"}}).body, HasSubstr("a cpsv:PublicService"));
  EXPECT_EQ(get(path, {{"format", "csv"}}).status, 400);
  EXPECT_EQ(get(path + "/body", {{"format", "ttl"}}).status, 400);
  EXPECT_EQ(get(path, {}, "image/png").status, 406);
}

TEST_F(MachineRoutesTest, ResultsAreATableAFeedOrStatements) {
  publish(30);
  const Query query = {{"q", "교통"}, {"limit", "10"}};
  const auto with = [&](const char* format) {
    Query more = query;
    more.emplace_back("format", format);
    return get("/api/v1/entries", more);
  };
  const Response csv = with("csv");
  EXPECT_THAT(csv.content_type, StartsWith("text/csv"));
  EXPECT_THAT(*csv.body, StartsWith("\xEF\xBB\xBFid,type,"));
  EXPECT_EQ(std::count(csv.body->begin(), csv.body->end(), '\n'), 11);
  EXPECT_THAT(*csv.body, HasSubstr(",'=교통 "));
  EXPECT_THAT(header(csv, "Link"), HasSubstr("format=csv&cursor="));
  const Response atom = with("atom");
  EXPECT_THAT(*atom.body,
              HasSubstr("<link rel=\"next\" href=\"https://suwon.example/api/v1/entries?"));
  EXPECT_THAT(*atom.body, HasSubstr("<title>=교통 "));
  EXPECT_EQ(json(with("jsonld"))["@graph"].size(), 11U);  // and the publisher
  EXPECT_EQ(with("ttl").status, 400);
  EXPECT_EQ(json(get("/api/v1/entries", query))["entries"].size(), 10U);
}

TEST_F(MachineRoutesTest, ChangesGoOnFromACursor) {
  publish(3);
  const Json first = json(get("/api/v1/changes", {{"limit", "2"}}));
  ASSERT_EQ(first["changes"].size(), 2U);
  EXPECT_TRUE(first["more"]);
  const Json rest = json(get("/api/v1/changes", {{"since", first["since"]}}));
  ASSERT_EQ(rest["changes"].size(), 1U);
  EXPECT_FALSE(rest["more"]);
  const std::string since = rest["since"];
  std::vector<std::string> order;
  for (const Json& all : {first["changes"], rest["changes"]}) {
    for (const Json& change : all) order.push_back(change["id"]);
  }
  EXPECT_EQ(order, (std::vector<std::string>{test_id(0), test_id(1), test_id(2)}));
  // A cache must not tell the old to whoever waits for news.
  EXPECT_EQ(header(get("/api/v1/changes", {{"since", since}}), "Cache-Control"), "no-cache");
  EXPECT_TRUE(json(get("/api/v1/changes", {{"since", since}}))["changes"].empty());

  house_.add(make_entry("withdraw", test_id(0), 2, R"({"reason":"그만둠"})"));
  house_.add(make_entry("withdraw", test_id(1), 2, R"({"reason":"지움"})"));
  erased_ = 4;
  house_.complete();
  house_.fold();
  const Json news = json(get("/api/v1/changes", {{"since", since}}))["changes"];
  ASSERT_EQ(news.size(), 2U);
  EXPECT_EQ(news[0]["change"], "withdrawn");
  EXPECT_EQ(news[1]["change"], "erased");
  EXPECT_EQ(news[1]["reason"], "mistake");
  EXPECT_FALSE(news[0].contains("title"));
}

TEST_F(MachineRoutesTest, ACursorOfAnotherCatalogueIsGone) {
  publish(2);
  const std::string since = json(get("/api/v1/changes"))["since"];
  ASSERT_TRUE(house_.indexer->rebuild());
  EXPECT_EQ(get("/api/v1/changes", {{"since", since}}).status, 410);
  for (const char* wrong :
       {"x", "-1", "1-", "1-x", "zz-1", "1-99999999999999999999", "00000000000000001-1"})
    EXPECT_EQ(get("/api/v1/changes", {{"since", wrong}}).status, 400) << wrong;
  const std::string epoch = json(get("/api/v1/changes"))["since"].get<std::string>();
  EXPECT_EQ(get("/api/v1/changes", {{"since", epoch.substr(0, epoch.find('-')) + "-99"}}).status,
            410);
}

Response stream_of(Router& router, const Query& query, const std::string& last = {}) {
  Request request;
  request.method = "GET";
  request.path = "/api/v1/changes";
  request.query = query;
  request.headers = {{"accept", "text/event-stream"}};
  if (!last.empty()) request.headers.emplace_back("last-event-id", last);
  return router.handle(request);
}

struct Heard {
  std::vector<std::string> ids, records;
};

/// What the stream tells until nothing more is there.
Heard hear(const Response& response, bool goes_on = true) {
  Heard heard;
  std::string all, piece;
  EXPECT_NE(response.live, nullptr);
  if (!response.live) return heard;
  do {
    piece.clear();
    EXPECT_EQ(response.live->read(piece), goes_on);
    all += piece;
  } while (!piece.empty() && goes_on);
  for (std::size_t at = 0; (at = all.find("\ndata: ", at)) != std::string::npos; ++at) {
    const std::size_t begin = all.rfind("id: ", at) + 4;
    heard.ids.push_back(all.substr(begin, at - begin));
    const std::string data = all.substr(at + 7, all.find('\n', at + 1) - at - 7);
    heard.records.push_back(Json::parse(data)["id"]);
  }
  return heard;
}

TEST_F(MachineRoutesTest, AStreamTellsEachChangeOnceAndGoesOnWhereItWasLeft) {
  publish(250);
  const Response first = stream_of(router_, {});
  EXPECT_EQ(first.content_type, "text/event-stream");
  EXPECT_EQ(header(first, "Cache-Control"), "no-store");
  EXPECT_EQ(header(first, "X-Accel-Buffering"), "no");
  const Heard heard = hear(first);
  ASSERT_EQ(heard.records.size(), 250U);
  EXPECT_EQ(std::set<std::string>(heard.records.begin(), heard.records.end()).size(), 250U);

  // The same stream goes on, and so does another from any of the places.
  house_.add(make_entry("withdraw", test_id(0), 2, R"({"reason":"그만둠"})"));
  house_.complete();
  house_.fold();
  EXPECT_EQ(hear(first).records, std::vector<std::string>{test_id(0)});
  for (const std::size_t at : {0U, 99U, 100U, 248U}) {
    const Heard rest = hear(stream_of(router_, {{"since", "1-1"}}, heard.ids[at]));
    ASSERT_EQ(rest.records.size(), 250 - at) << "Last-Event-ID counts, not since";
    EXPECT_EQ(rest.records.front(), heard.records[at + 1]);
    EXPECT_EQ(rest.records.back(), test_id(0));
  }
  const Json page = json(get("/api/v1/changes", {{"since", heard.ids[9]}, {"limit", "1"}}));
  EXPECT_EQ(page["changes"][0]["id"], heard.records[10]) << "an id is what since takes";
  EXPECT_EQ(hear(stream_of(router_, {{"since", heard.ids[248]}, {"format", "sse"}})).records.size(),
            2U);
}

TEST_F(MachineRoutesTest, AStreamOfAnotherCatalogueEndsAndIsGone) {
  publish(2);
  const Response stream = stream_of(router_, {});
  const Heard heard = hear(stream);
  ASSERT_TRUE(house_.indexer->rebuild());
  EXPECT_TRUE(hear(stream, /*goes_on=*/false).records.empty());
  EXPECT_EQ(stream_of(router_, {}, heard.ids[1]).status, 410);
  EXPECT_EQ(stream_of(router_, {}, "x").status, 400);
  EXPECT_EQ(stream_of(router_, {{"limit", "5"}}).status, 400);
  EXPECT_EQ(stream_of(router_, {{"archive", "1-1"}}).status, 400);
}

/// Addresses of links with this relation.
std::string link_of(const std::string& atom, const std::string& relation) {
  const std::string begin = "<link rel=\"" + relation + "\" href=\"";
  const std::size_t at = atom.find(begin);
  return at == std::string::npos
             ? ""
             : atom.substr(at + begin.size(),
                           atom.find('"', at + begin.size()) - at - begin.size());
}

TEST_F(MachineRoutesTest, TheFeedBeginsWithTheNewestAndSaysWhatWasWithdrawn) {
  publish(2);
  house_.add(make_entry("withdraw", test_id(0), 2, R"({"reason":"그만둠"})"));
  house_.complete();
  house_.fold();
  const std::string feed = *get("/api/v1/changes", {{"format", "atom"}}).body;
  const std::size_t withdrawn = feed.find("<category term=\"withdrawn\"");
  ASSERT_NE(withdrawn, std::string::npos) << feed;
  EXPECT_LT(withdrawn, feed.find("<title>=교통 1</title>"));
  EXPECT_EQ(feed.find("<title>=교통 0</title>"), std::string::npos) << "no words of what is gone";
}

TEST_F(MachineRoutesTest, TheFeedReachesEveryChangeThroughItsArchives) {
  publish(350);
  std::set<std::string> found;
  std::string address = "https://suwon.example/api/v1/changes?format=atom";
  for (int documents = 0; !address.empty(); ++documents) {
    ASSERT_LT(documents, 10);
    Query query = {{"format", "atom"}};
    const std::size_t archive = address.find("archive=");
    if (archive != std::string::npos) query.emplace_back("archive", address.substr(archive + 8));
    const Response response = get("/api/v1/changes", query);
    ASSERT_EQ(response.status, 200) << address;
    EXPECT_EQ(response.body->find("<fh:archive/>") != std::string::npos,
              archive != std::string::npos);
    for (std::size_t at = 0; (at = response.body->find("/e/", at)) != std::string::npos; ++at)
      found.insert(response.body->substr(at + 3, 26));
    address = link_of(*response.body, "prev-archive");
  }
  EXPECT_EQ(found.size(), 350U);
  EXPECT_EQ(get("/api/v1/changes", {{"format", "json"}, {"archive", "1-1"}}).status, 400);
  EXPECT_EQ(get("/api/v1/changes", {{"format", "atom"}, {"since", "1-1"}}).status, 400);
}

TEST_F(MachineRoutesTest, TheSiteMapNamesTheOwnPages) {
  publish(3);
  house_.add(make_entry("service", test_id(50), 1, service_body("다른 곳")),
             "anyang.example/dure/1");
  house_.complete("anyang.example/dure/1");
  house_.fold();
  EXPECT_THAT(*get("/sitemap.xml").body,
              HasSubstr("<loc>https://suwon.example/sitemap/first</loc>"));
  const std::string part = *get("/sitemap/first").body;
  EXPECT_THAT(part, HasSubstr("<loc>https://suwon.example/e/" + test_id(2) +
                              "</loc><lastmod>2024-05-01</lastmod>"));
  EXPECT_THAT(part, Not(HasSubstr(test_id(50))));
  EXPECT_THAT(part, HasSubstr("<loc>https://suwon.example/accessibility</loc>"));
  EXPECT_EQ(get("/sitemap/nonsense").status, 404);
  EXPECT_THAT(*get("/robots.txt").body,
              HasSubstr("\nSitemap: https://suwon.example/sitemap.xml\n"));
}

TEST_F(MachineRoutesTest, TheHeadOfAPageNamesWhereTheEntryIsAtHome) {
  house_.add(
      make_entry("service", test_id(0), 1, service_body("</script><script>alert(1)</script>")));
  house_.complete();
  house_.fold();
  const auto view = house_.service->record(test_id(0));
  ASSERT_TRUE(view);
  const std::string head = head_of_entry(sources_, {}, *view);
  EXPECT_THAT(head, HasSubstr("<link rel=\"canonical\" href=\"https://suwon.example/e/" +
                              test_id(0) + "\">"));
  EXPECT_THAT(head, HasSubstr("\"GovernmentService\""));
  EXPECT_THAT(head, Not(HasSubstr("</script><script>")));
}

TEST_F(MachineRoutesTest, PartsForTheOperatorMakeOneDocument) {
  publish(1100);
  EXPECT_EQ(get("/control/v1/catalogue", {{"format", "csv"}}).status, 404);
  for (const char* format : {"csv", "jsonl", "jsonld", "ttl"}) {
    std::string text, cursor;
    std::uint64_t count = 0;
    int parts = 0;
    do {
      const Json part =
          json(get("/control/v1/catalogue", {{"format", format}, {"cursor", cursor}}, {}, true));
      text += part["text"].get<std::string>();
      count += part["count"].get<std::uint64_t>();
      cursor = part["next"];
    } while (!cursor.empty() && ++parts < 10);
    EXPECT_EQ(count, 1100U);
    if (std::string_view(format) == "jsonld") {
      EXPECT_TRUE(Json::accept(text));
    }
    if (std::string_view(format) == "csv") {
      EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1101);
    }
  }
  EXPECT_EQ(get("/control/v1/catalogue", {{"format", "xls"}}, {}, true).status, 422);
}

}  // namespace
}  // namespace dure::node::http
