// SPDX-License-Identifier: Apache-2.0
#include "http/message.h"

#include <gtest/gtest.h>

#include "http/http_date.h"

namespace dure::node::http {
namespace {

TEST(MessageTest, FindsHeadersAndParameters) {
  Request request;
  request.headers = {{"accept", "a"}, {"accept", "b"}};
  request.query = {{"q", ""}};
  EXPECT_EQ(request.header("accept"), "a");
  EXPECT_EQ(request.header("x"), std::nullopt);
  EXPECT_EQ(request.parameter("q"), "");
  EXPECT_EQ(request.parameter("p"), std::nullopt);
}

TEST(MessageTest, WritesProblemsAsJson) {
  const auto problem = make_problem(422, "invalid", "No \"good\"", "a\nb", "\"errors\":[]");
  EXPECT_EQ(problem.status, 422);
  EXPECT_EQ(problem.content_type, "application/problem+json");
  EXPECT_EQ(*problem.body,
            "{\"type\":\"urn:dure:error:invalid\",\"title\":\"No \\\"good\\\"\",\"status\":422,"
            "\"detail\":\"a\\u000ab\",\"errors\":[]}\n");
}

TEST(MessageTest, WritesHttpDates) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(1709164800), "Thu, 29 Feb 2024 00:00:00 GMT");
}

}  // namespace
}  // namespace dure::node::http
