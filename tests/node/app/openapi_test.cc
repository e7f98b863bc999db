// SPDX-License-Identifier: Apache-2.0
// The document of the API against the router of a whole node: nothing is served that it does not
// tell, and nothing told that is not served.
#include "web/openapi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "catalogue/facets.h"
#include "catalogue/ports.h"
#include "dure/entry_types.h"
#include "node/app/whole_node.h"
#include "support/temp_folder.h"
#include "webhooks/message.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Names = std::set<std::string>;

/// Routes that people open in a browser, what those pages are made with, and what leads search
/// engines to them.
const Names kPages = {
    "GET /",         "GET /e/{}",          "GET /e/{}/check",  "GET /e/{}/references",
    "GET /about",    "GET /accessibility", "GET /api",         "GET /changes",
    "GET /check",    "GET /compare",       "GET /m/{}",        "GET /tell",
    "POST /tell",    "GET /tell/{}",       "GET /check.js",    "GET /style.css",
    "GET /icon.svg", "GET /robots.txt",    "GET /sitemap.xml", "GET /sitemap/{}"};

/// The console, for staff who are signed in.
bool is_console(const std::string& route) { return route.find(" /admin/") != std::string::npos; }

/// "/e/{id}" as "/e/{}": what arguments are called says nothing. "{tile...}" stays told apart.
std::string without_names(std::string_view pattern) {
  std::string out;
  bool inside = false;
  for (const char c : pattern) {
    if (!inside || c == '.' || c == '}') out += c;
    if (c == '{') inside = true;
    if (c == '}') inside = false;
  }
  return out;
}

bool is_same(const std::string& route, const std::string& documented) {
  const auto rest = route.find("{...}");
  return rest == std::string::npos ? route == documented
                                   : documented.starts_with(route.substr(0, rest));
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

bool has_hangul(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '\xEA' && c <= '\xED'; });
}

class OpenApiTest : public testing::Test {
 protected:
  void SetUp() override {
    node_ = new_node(suwon_settings(folder_.file("node")));
    ASSERT_TRUE(node_);
  }
  /// "GET /log/tile/{}/{}", of everything that the document tells.
  Names documented() const {
    Names names;
    for (const auto& [path, methods] : document_.at("paths").items()) {
      for (const auto& [method, operation] : methods.items())
        names.insert(upper(method) + ' ' + without_names(path));
    }
    return names;
  }
  Names routed() const {
    Names names;
    for (const std::string& route : node_->router.routes()) {
      if (route.find(" /control/") == std::string::npos && !is_console(route))
        names.insert(without_names(route));
    }
    return names;
  }
  const Json& resolved(const Json& node) const {
    const auto ref = node.find("$ref");
    return ref == node.end() ? node
                             : document_.at(Json::json_pointer(ref->get<std::string>().substr(1)));
  }
  /// The parameters of a query that an operation documents.
  std::map<std::string, Json> query_of(const Json& operation) const {
    std::map<std::string, Json> parameters;
    for (const Json& one : operation.value("parameters", Json::array())) {
      const Json& parameter = resolved(one);
      if (parameter.at("in") == "query") parameters[parameter.at("name")] = parameter;
    }
    return parameters;
  }
  http::Response get(const std::string& path, const std::string& parameter = {}) {
    http::Request request;
    request.method = "GET";
    request.path = path;
    if (!parameter.empty()) request.query = {{parameter, "1"}};
    return node_->router.handle(request);
  }
  /// `path` with the examples of its parameters.
  std::string filled(std::string path, const Json& operation) const {
    for (const Json& one : operation.value("parameters", Json::array())) {
      const Json& parameter = resolved(one);
      if (parameter.at("in") != "path") continue;
      const Json& example = parameter.at("example");
      const std::string place = "{" + parameter.at("name").get<std::string>() + "}";
      path.replace(path.find(place), place.size(),
                   example.is_string() ? example.get<std::string>() : example.dump());
    }
    return path;
  }

  TempFolder folder_;
  std::unique_ptr<NodeParts> node_;
  const Json document_ = Json::parse(openapi_document());
};

TEST_F(OpenApiTest, TellsEveryRouteThatIsNoPage) {
  const Names told = documented();
  for (const std::string& route : routed()) {
    if (kPages.count(route) != 0) continue;
    const bool known = std::any_of(told.begin(), told.end(),
                                   [&](const std::string& one) { return is_same(route, one); });
    EXPECT_TRUE(known) << route << " is served, but not in node/web/openapi";
  }
}

TEST_F(OpenApiTest, TheControlApiIsThereForNobodyElse) {
  const auto nothing = get("/no/such/address");
  std::size_t hidden = 0;
  for (const std::string& route : node_->router.routes()) {
    const auto blank = route.find(' ');
    if (route.find(" /control/") == std::string::npos) continue;
    ++hidden;
    http::Request request;
    request.method = route.substr(0, blank);
    request.path = route.substr(blank + 1);
    const auto answer = node_->router.handle(request);
    EXPECT_EQ(answer.status, 404) << route;
    EXPECT_EQ(*answer.body, *nothing.body) << route;
  }
  EXPECT_GE(hidden, 30U);
}

TEST_F(OpenApiTest, TellsNothingThatIsNotServed) {
  const Names routes = routed();
  for (const std::string& one : documented()) {
    const bool served = std::any_of(routes.begin(), routes.end(),
                                    [&](const std::string& route) { return is_same(route, one); });
    EXPECT_TRUE(served) << one << " is documented, but not served";
  }
  for (const std::string& page : kPages) EXPECT_EQ(routes.count(page), 1U) << page;
}

TEST_F(OpenApiTest, TellsEveryParameterAndNoOther) {
  std::size_t told_by_the_node = 0;
  for (const auto& [path, methods] : document_.at("paths").items()) {
    if (!methods.contains("get")) continue;
    const Json& operation = methods.at("get");
    Names documented;
    for (const auto& [name, parameter] : query_of(operation)) documented.insert(name);
    const auto answer = get(filled(path, operation), "no-such-parameter");
    const Json problem =
        answer.status == 400 ? Json::parse(*answer.body, nullptr, false) : Json::object();
    if (problem.contains("known")) {
      ++told_by_the_node;
      EXPECT_EQ(documented, problem.at("known").get<Names>()) << path;
    } else {
      EXPECT_FALSE(path.starts_with("/api/")) << path << " takes a parameter that there is not";
      const bool bundle = path.find("/bodies/") != std::string::npos;
      EXPECT_EQ(documented, bundle ? Names{"from"} : Names{}) << path;
    }
  }
  EXPECT_GE(told_by_the_node, 5U);
}

TEST_F(OpenApiTest, TellsTheValuesThatThereAre) {
  const auto search = query_of(document_.at("paths").at("/api/v1/entries").at("get"));
  for (const FacetGroup& group : facet_groups()) {
    ASSERT_EQ(search.count(std::string(group.name)), 1U) << group.name;
    const Json& schema = search.at(std::string(group.name)).at("schema");
    const std::vector<std::string> codes(group.codes.begin(), group.codes.end());
    EXPECT_EQ(schema.at("items").at("enum").get<std::vector<std::string>>(), codes) << group.name;
    EXPECT_FALSE(search.at(std::string(group.name)).at("explode").get<bool>()) << group.name;
  }
  const std::vector<std::string> types(kShownTypes.begin(), kShownTypes.end());
  EXPECT_EQ(resolved(search.at("type").at("schema")).at("enum").get<std::vector<std::string>>(),
            types);
  EXPECT_EQ(search.at("limit").at("schema").at("maximum"), kMaxSearchLimit);
}

TEST_F(OpenApiTest, TakesEveryExampleOfAParameter) {
  for (const auto& [path, methods] : document_.at("paths").items()) {
    if (!methods.contains("get") || !path.starts_with("/api/")) continue;
    for (const auto& [name, parameter] : query_of(methods.at("get"))) {
      if (!parameter.contains("example")) continue;
      http::Request request;
      request.method = "GET";
      request.path = filled(path, methods.at("get"));
      Json value = parameter.at("example");
      if (value.is_array()) value = value.at(0);
      request.query = {{name, value.is_string() ? value.get<std::string>() : value.dump()}};
      const auto answer = node_->router.handle(request);
      EXPECT_NE(answer.status, 400) << path << ' ' << name << ": " << *answer.body;
    }
  }
}

TEST_F(OpenApiTest, EverySchemaItRefersToIsServedAndNamed) {
  const std::string text = openapi_document();
  const std::string_view before = "\"schemas/";
  Names referred;
  for (auto at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
    const auto begin = at + before.size();
    referred.insert(text.substr(begin, text.find('"', begin) - begin));
  }
  referred.insert("common.schema.json");
  const Json& operation = document_.at("paths").at("/schemas/{name}").at("get");
  EXPECT_EQ(referred, operation.at("parameters").at(0).at("schema").at("enum").get<Names>());
  for (const std::string& name : referred) {
    const auto answer = get("/schemas/" + name);
    ASSERT_EQ(answer.status, 200) << name;
    EXPECT_EQ(Json::parse(*answer.body).at("$id"), name);
  }
  EXPECT_EQ(get("/schemas/../dure.toml").status, 404);
}

void expect_both_languages(const Json& node, const std::string& where) {
  for (const auto& [key, value] : node.items()) {
    const std::string here = where + '/' + key;
    const bool words = key == "description" || key == "summary" || key == "x-displayName" ||
                       (key == "title" && where == "/info");
    if (words && value.is_string()) {
      const auto korean = openapi_words(Language::kKo, value.get<std::string>());
      const auto english = openapi_words(Language::kEn, value.get<std::string>());
      EXPECT_EQ(korean.size(), english.size()) << here;
      for (const auto& part : korean) EXPECT_TRUE(has_hangul(part)) << here << ": " << part;
      for (const auto& part : english) EXPECT_FALSE(has_hangul(part)) << here << ": " << part;
    } else if (value.is_structured() && key != "example" && key != "examples") {
      expect_both_languages(value, here);
    }
  }
}

// The example is what a webhook of these changes would post, member by member.
TEST_F(OpenApiTest, TellsWhatAWebhookPosts) {
  const Json& operation = document_.at("webhooks").at("catalogueChanges").at("post");
  const Json& content = operation.at("requestBody").at("content").at("application/json");
  const auto example = nlohmann::ordered_json::parse(content.at("example").dump());
  const auto& data = example.at("data");
  const auto from = parse_place(data.at("from").get<std::string>());
  const auto since = parse_place(data.at("since").get<std::string>());
  ASSERT_TRUE(from && since);
  std::vector<HookChange> changes;
  for (const auto& change : data.at("changes"))
    changes.push_back({since->number, example.at("timestamp"), change.dump()});
  const std::string body = hook_body(data.at("node").get<std::string>(), *from, changes);
  EXPECT_EQ(Json::parse(body), Json(content.at("example")));
  Names fields;
  for (const Json& parameter : operation.at("parameters")) fields.insert(parameter.at("name"));
  EXPECT_EQ(fields, (Names{"webhook-id", "webhook-timestamp", "webhook-signature"}));
}

TEST_F(OpenApiTest, SaysEverythingInKoreanAndEnglish) { expect_both_languages(document_, ""); }

TEST_F(OpenApiTest, IsServedToProgramsAndPages) {
  const auto answer = get("/openapi.json");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(*answer.body, openapi_document());
  EXPECT_EQ(document_.at("servers").at(0).at("url"), "/") << "true on every node";
  const std::multimap<std::string, std::string> headers(answer.headers.begin(),
                                                        answer.headers.end());
  EXPECT_EQ(headers.find("Access-Control-Allow-Origin")->second, "*");
  EXPECT_EQ(headers.count("ETag"), 1U);
  ASSERT_EQ(headers.count("Link"), 1U);
  EXPECT_THAT(headers.find("Link")->second, testing::HasSubstr("rel=\"service-desc\""));
}

}  // namespace
}  // namespace dure::node
