// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include <gtest/gtest.h>

namespace dure::node::http {
namespace {

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() {
    add("GET", "/");
    add("GET", "/e/{id}");
    add("GET", "/e/new");
    add("GET", "/e/{id}/history");
    add("POST", "/e/{id}");
    add("GET", "/log/tile/{path...}");
  }
  void add(const std::string& method, const std::string& pattern) {
    router_.add(method, pattern,
                [name = method + pattern](const Request&, const PathArguments& arguments) {
                  std::string text = name;
                  for (const auto argument : arguments) text += "|" + std::string(argument);
                  return make_response(200, "text/plain", text);
                });
  }
  Response ask(const std::string& method, const std::string& path) {
    Request request;
    request.method = method;
    request.path = path;
    return router_.handle(request);
  }
  Router router_;
};

TEST_F(RouterTest, PrefersFixedSegmentsThenArguments) {
  EXPECT_EQ(*ask("GET", "/").body, "GET/");
  EXPECT_EQ(*ask("GET", "/e/new").body, "GET/e/new");
  EXPECT_EQ(*ask("GET", "/e/x").body, "GET/e/{id}|x");
  EXPECT_EQ(*ask("GET", "/e/new/history").body, "GET/e/{id}/history|new");
  EXPECT_EQ(*ask("GET", "/log/tile/0/x001/000.p/1").body, "GET/log/tile/{path...}|0/x001/000.p/1");
}

TEST_F(RouterTest, HeadFallsBackToGet) { EXPECT_EQ(*ask("HEAD", "/e/x").body, "GET/e/{id}|x"); }

TEST_F(RouterTest, AnswersUnknownPathsAndMethods) {
  for (const auto* path : {"/x", "/e", "/e/", "/e/x/y", "/log/tile", "/log/tile/", ""}) {
    EXPECT_EQ(ask("GET", path).status, 404) << path;
  }
  const auto refused = ask("DELETE", "/e/x");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.headers.front(),
            (std::pair<std::string, std::string>("Allow", "GET, HEAD, POST")));
}

TEST_F(RouterTest, WhatIsBelowControlExistsOnlyForTheControlSocket) {
  router_.add("GET", "/control/v1/status", [](const Request&, const PathArguments&) {
    return make_response(200, "text/plain", "state");
  });
  const auto nothing = ask("GET", "/no/such/address");
  for (const auto* method : {"GET", "HEAD", "POST"}) {
    const auto answer = ask(method, "/control/v1/status");
    EXPECT_EQ(answer.status, 404) << method;
    EXPECT_EQ(*answer.body, *nothing.body) << method;
  }
  Request request;
  request.method = "GET";
  request.path = "/control/v1/status";
  request.control = true;
  EXPECT_EQ(*router_.handle(request).body, "state");
}

TEST_F(RouterTest, ListsItsRoutes) {
  const std::vector<std::string> expected = {
      "GET /",       "GET /e/new", "GET /e/{id}", "GET /e/{id}/history", "GET /log/tile/{path...}",
      "POST /e/{id}"};
  EXPECT_EQ(router_.routes(), expected);
}

}  // namespace
}  // namespace dure::node::http
