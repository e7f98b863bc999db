// SPDX-License-Identifier: Apache-2.0
#include "cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/confirm.h"

namespace dure::node {
namespace {

struct Run {
  ExitCode code = ExitCode::kOk;
  std::string out, err;
};

Run run(const std::vector<std::string>& words,
        std::map<std::string, std::string> environment = {}) {
  std::istringstream in;
  std::ostringstream out, err;
  Session session{in, out, err, std::move(environment)};
  const auto code = run_program(words, session);
  return {code, out.str(), err.str()};
}

TEST(ProgramTest, WithoutWordsShowsHelpAndIsWrongUsage) {
  const auto shown = run({});
  EXPECT_EQ(shown.code, ExitCode::kUsage);
  EXPECT_THAT(shown.out, testing::HasSubstr("publish"));
}

TEST(ProgramTest, SpeaksTheReadersLanguage) {
  EXPECT_THAT(run({"--help"}, {{"LANG", "ko_KR.UTF-8"}}).out, testing::HasSubstr("사용법"));
  EXPECT_THAT(run({"--help"}, {{"LANG", "en_US.UTF-8"}}).out, testing::HasSubstr("Usage"));
  EXPECT_THAT(run({"nonsense", "--lang", "ko"}, {{"LANG", "en_US.UTF-8"}}).err,
              testing::HasSubstr("모르는 명령"));
}

TEST(ProgramTest, ShowsItsVersion) {
  EXPECT_THAT(run({"version"}).out, testing::StartsWith("dure "));
  EXPECT_EQ(run({"--version"}).code, ExitCode::kOk);
}

TEST(ProgramTest, BadSettingsAreWrongUsage) {
  const auto shown = run({"status", "--data", "/nonexistent"}, {{"DURE_WORKERS", "many"}});
  EXPECT_EQ(shown.code, ExitCode::kUsage);
  EXPECT_THAT(shown.err, testing::HasSubstr("DURE_WORKERS"));
}

TEST(ConfirmTest, AsksUntilAnsweredAndEndOfInputIsNo) {
  const auto answer = [](const std::string& typed) {
    std::istringstream in(typed);
    std::ostringstream out, err;
    Session session{in, out, err, {}};
    return confirm(session, "cli.init_confirm");
  };
  EXPECT_TRUE(answer("maybe\nyes\n"));
  EXPECT_TRUE(answer("네\n"));
  EXPECT_FALSE(answer("n\n"));
  EXPECT_FALSE(answer(""));
}

}  // namespace
}  // namespace dure::node
