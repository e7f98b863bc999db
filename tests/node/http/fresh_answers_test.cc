// SPDX-License-Identifier: Apache-2.0
#include "http/routes/fresh_answers.h"

#include <gtest/gtest.h>

#include <set>

namespace dure::node::http {
namespace {

class FreshAnswersTest : public ::testing::Test {
 protected:
  FreshAnswerOptions options() {
    FreshAnswerOptions options;
    options.version = [this] { return version_; };
    options.clock = [this] { return now_; };
    options.capacity_bytes = 40'000;
    return options;
  }
  // What is stored is `state_`.
  std::string ask(FreshAnswers& answers, const std::string& key) {
    return *answers
                .get(key,
                     [&] {
                       ++made_;
                       return make_response(status_, "text/plain", state_);
                     })
                .body;
  }
  std::uint64_t version_ = 7;
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
  std::string state_ = "old";
  int status_ = 200, made_ = 0;
};

TEST_F(FreshAnswersTest, EverythingThatChoosesAnAnswerIsInItsKey) {
  Request request;
  request.path = "/e/a";
  std::set<std::string> keys = {answer_key(request)};
  const auto differs = [&](const Request& other) { return keys.insert(answer_key(other)).second; };
  for (const char* name : {"accept", "accept-language", "host"}) {
    Request other = request;
    other.headers = {{name, "x"}};
    EXPECT_TRUE(differs(other)) << name;
  }
  for (const auto& query : std::vector<std::vector<std::pair<std::string, std::string>>>{
           {{"a", "b"}}, {{"a", ""}, {"b", ""}}, {{"ab", ""}}}) {
    Request other = request;
    other.query = query;
    EXPECT_TRUE(differs(other));
  }
  request.headers = {{"user-agent", "x"}};
  EXPECT_FALSE(differs(request));
}

TEST_F(FreshAnswersTest, MakesAnAnswerOnce) {
  FreshAnswers answers(options());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(answers, "a"), "old");
  EXPECT_EQ(made_, 1);
  ask(answers, "b");
  EXPECT_EQ(made_, 2);
}

TEST_F(FreshAnswersTest, ForgetsAllWhenSomethingIsWritten) {
  FreshAnswers answers(options());
  ask(answers, "a");
  ask(answers, "b");
  state_ = "new";
  ++version_;
  EXPECT_EQ(ask(answers, "a"), "new");
  EXPECT_EQ(ask(answers, "b"), "new");
}

TEST_F(FreshAnswersTest, KeepsNoAnswerThatAChangeOvertook) {
  FreshAnswers answers(options());
  const auto overtaken = [&] {
    auto response = make_response(200, "text/plain", state_);
    state_ = "new";
    ++version_;
    ask(answers, "b");  // somebody else, who sees the change first
    return response;
  };
  EXPECT_EQ(*answers.get("a", overtaken).body, "old");
  EXPECT_EQ(ask(answers, "a"), "new");
}

TEST_F(FreshAnswersTest, ForgetsAfterASecond) {
  FreshAnswers answers(options());
  ask(answers, "a");
  state_ = "a new name";
  now_ += std::chrono::milliseconds(999);
  EXPECT_EQ(ask(answers, "a"), "old");
  now_ += std::chrono::milliseconds(1);
  EXPECT_EQ(ask(answers, "a"), "a new name");
}

TEST_F(FreshAnswersTest, KeepsNoRefusals) {
  FreshAnswers answers(options());
  status_ = 404;
  ask(answers, "a");
  ask(answers, "a");
  EXPECT_EQ(made_, 2);
}

TEST_F(FreshAnswersTest, StaysWithinItsCapacity) {
  FreshAnswers answers(options());
  state_ = std::string(2'000, 'x');
  for (int i = 0; i < 100; ++i) {
    ask(answers, std::to_string(i));
    EXPECT_LE(answers.bytes(), 40'000U);
  }
  state_ = std::string(20'000, 'x');
  ask(answers, "large");
  ask(answers, "large");
  EXPECT_EQ(made_, 102);
}

TEST_F(FreshAnswersTest, KeepsNothingWithoutAVersion) {
  FreshAnswers answers(FreshAnswerOptions{});
  ask(answers, "a");
  ask(answers, "a");
  EXPECT_EQ(made_, 2);
}

}  // namespace
}  // namespace dure::node::http
