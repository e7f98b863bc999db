// SPDX-License-Identifier: Apache-2.0
#include "replication/fork_list.h"

#include <gtest/gtest.h>

namespace dure::node {
namespace {

const std::string kA(64, 'a'), kB(64, 'b');

TEST(ForkListTest, ComesBackSorted) {
  const auto text = format_fork_list({{kB, "b/1"}, {kA, "a/1"}});
  EXPECT_EQ(text, R"({"forks":[{"name":")" + kA + R"(","origin":"a/1"},{"name":")" + kB +
                      R"(","origin":"b/1"}]})");
  EXPECT_EQ(*parse_fork_list(text), (std::vector<ListedFork>{{kA, "a/1"}, {kB, "b/1"}}));
  EXPECT_TRUE(parse_fork_list(format_fork_list({}))->empty());
}

TEST(ForkListTest, IgnoresWhatALaterVersionAdds) {
  EXPECT_EQ(
      parse_fork_list(R"({"forks":[{"name":")" + kA + R"(","origin":"a/1","more":1}],"x":{}})")
          ->size(),
      1U);
}

TEST(ForkListTest, RefusesOtherForms) {
  const auto item = [](const std::string& name) {
    return R"({"name":")" + name + R"(","origin":"a/1"})";
  };
  for (const std::string& list :
       {item(kB) + "," + item(kA), item(kA) + "," + item(kA), item("x"), item(std::string(64, 'A')),
        item("../" + kA.substr(3)), std::string("7"), std::string(R"({"name":7,"origin":"a/1"})"),
        R"({"name":")" + kA + R"("})"}) {
    EXPECT_FALSE(parse_fork_list(R"({"forks":[)" + list + "]}")) << list;
  }
  for (const char* text : {"", "[]", "{}", R"({"forks":{}})", "{\"forks\":[]"})
    EXPECT_EQ(parse_fork_list(text).error().code, ErrorCode::kMalformed) << text;
  EXPECT_EQ(parse_fork_list(std::string(kMaxForkListBytes + 1, ' ')).error().code,
            ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace dure::node
