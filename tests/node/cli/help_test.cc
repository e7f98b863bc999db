// SPDX-License-Identifier: Apache-2.0
// Help and completion are made from the table of commands, so everything in it must be explained.
#include "cli/help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cli/completion.h"

namespace dure::node {
namespace {

TEST(HelpTest, EveryCommandAndFlagIsExplainedInBothLanguages) {
  for (const auto language : {Language::kKo, Language::kEn}) {
    for (const Command& command : commands()) {
      EXPECT_TRUE(has_text(language, command.help_key())) << command.name;
      for (const auto& flag : command.flags)
        EXPECT_TRUE(has_text(language, flag.help)) << flag.help;
      for (const auto flag : command.settings) EXPECT_NE(find_setting(flag), nullptr) << flag;
      EXPECT_THAT(command_help(language, command), testing::Not(testing::HasSubstr("cli.")))
          << command.name;
    }
    EXPECT_THAT(overview_help(language, ""), testing::Not(testing::HasSubstr("cli.")));
  }
}

TEST(HelpTest, DocumentsEveryExitCode) {
  const auto help = overview_help(Language::kKo, "");
  for (const char* code : {"  0 ", "  1 ", "  2 ", "  3 ", "  4 ", "  5 ", "  70 "}) {
    EXPECT_THAT(help, testing::HasSubstr(code));
  }
}

TEST(CompletionTest, TheInstalledScriptIsTheOneOfTheProgram) {
  std::stringstream contents;
  contents << std::ifstream(std::string(DURE_SOURCE_DIR) + "/config/dure.bash-completion").rdbuf();
  EXPECT_EQ(contents.str(), bash_completion()) << "write it anew with `dure completion bash`";
}

TEST(ExitCodeTest, EveryErrorHasItsCodeAndName) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    EXPECT_EQ(error_code_named(error_name(static_cast<ErrorCode>(code))),
              static_cast<ErrorCode>(code));
  }
  EXPECT_EQ(error_code_named("nonsense"), ErrorCode::kInternal);
  EXPECT_EQ(exit_code_of(ErrorCode::kInvalid), ExitCode::kNo);
  EXPECT_EQ(exit_code_of(ErrorCode::kUnavailable), ExitCode::kPeer);
  EXPECT_EQ(exit_code_of(ErrorCode::kQuarantined), ExitCode::kRefused);
  EXPECT_EQ(exit_code_of(ErrorCode::kStorage), ExitCode::kEnvironment);
}

}  // namespace
}  // namespace dure::node
