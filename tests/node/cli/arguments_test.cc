// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <gtest/gtest.h>

namespace dure::node {
namespace {

std::string refusal(const std::vector<std::string>& words) {
  const auto parsed = parse_arguments(words);
  return parsed ? std::string() : parsed.error().text;
}

TEST(ArgumentsTest, FindsCommandsOfOneAndTwoWords) {
  EXPECT_EQ(parse_arguments({"status"})->invocation.command->name, "status");
  EXPECT_EQ(parse_arguments({"peer", "add", "http://a"})->invocation.command->name, "peer add");
}

TEST(ArgumentsTest, TakesFlagsBeforeAndBehindWords) {
  const auto parsed =
      parse_arguments({"publish", "--data", "d", "-", "--skip-invalid", "b.json", "--lang=ko"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->invocation.words, (std::vector<std::string>{"-", "b.json"}));
  EXPECT_EQ(parsed->invocation.value("--data"), "d");
  EXPECT_EQ(parsed->invocation.value("--lang"), "ko");
  EXPECT_TRUE(parsed->invocation.has("--skip-invalid"));
  EXPECT_FALSE(parsed->invocation.has("--json"));
}

TEST(ArgumentsTest, NamesWhatIsWrong) {
  EXPECT_EQ(refusal({"statsu"}), "errors.usage_command_near");
  EXPECT_EQ(refusal({"zzzzzzzz"}), "errors.usage_command");
  EXPECT_EQ(refusal({"peer"}), "errors.usage_group");
  EXPECT_EQ(refusal({"peer", "ad", "x"}), "errors.usage_command_near");
  EXPECT_EQ(refusal({"status", "--jsno"}), "errors.usage_flag_near");
  EXPECT_EQ(refusal({"status", "--zzzzzzzzzzzz"}), "errors.usage_flag");
  EXPECT_EQ(refusal({"show"}), "errors.usage_missing");
  EXPECT_EQ(refusal({"show", "a", "b"}), "errors.usage_too_many");
  EXPECT_EQ(refusal({"status", "a"}), "errors.usage_no_words");
  EXPECT_EQ(refusal({"status", "--data"}), "errors.usage_flag_value");
  EXPECT_EQ(refusal({"serve", "--listen", "--lang", "ko"}), "errors.usage_flag_value");
  EXPECT_EQ(refusal({"status", "--data", "a", "--data", "b"}), "errors.usage_flag_twice");
  EXPECT_EQ(refusal({"status", "--json=yes"}), "errors.usage_flag_switch");
  EXPECT_EQ(refusal({"peer", "--lang", "ko"}), "errors.usage_group");
}

TEST(ArgumentsTest, TakesCommonFlagsBeforeTheCommand) {
  const auto parsed = parse_arguments({"--lang", "ko", "--data=d", "search", "--", "--json"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->invocation.value("--lang"), "ko");
  EXPECT_EQ(parsed->invocation.value("--data"), "d");
  EXPECT_EQ(parsed->invocation.words, std::vector<std::string>{"--json"});
}

TEST(ArgumentsTest, OffersHelpEverywhere) {
  EXPECT_TRUE(parse_arguments({})->help);
  EXPECT_TRUE(parse_arguments({"--help"})->help);
  EXPECT_EQ(parse_arguments({"peer", "--help"})->help_prefix, "peer");
  EXPECT_TRUE(parse_arguments({"show", "--help"})->help);
  EXPECT_EQ(parse_arguments({"help", "peer", "add"})->invocation.command->name, "peer add");
}

}  // namespace
}  // namespace dure::node
