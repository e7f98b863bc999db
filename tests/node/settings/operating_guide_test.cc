// SPDX-License-Identifier: Apache-2.0
// docs/operating.md and its Korean twin list every setting with its default, in the words of the
// program itself.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "settings/settings.h"
#include "web/texts.h"

namespace dure::node {
namespace {

constexpr std::string_view kBegin = "<!-- settings -->\n", kEnd = "<!-- /settings -->\n";

std::string table_of_settings(Language language) {
  std::string table = language == Language::kKo
                          ? "| 설정 | 기본값 | 뜻 |\n|---|---|---|\n"
                          : "| setting | default | what it is |\n|---|---|---|\n";
  for (const auto& row : setting_definitions()) {
    const std::string value =
        row.default_value.empty() ? "" : fmt::format("`{}`", row.default_value);
    table += fmt::format("| `{}` | {} | {} |\n", row.key, value, text(language, row.help));
  }
  return table;
}

class OperatingGuideTest : public testing::TestWithParam<Language> {};

TEST_P(OperatingGuideTest, ListsEverySettingWithItsDefault) {
  const std::string path = std::string(DURE_SOURCE_DIR) + "/docs/operating" +
                           (GetParam() == Language::kKo ? ".ko.md" : ".md");
  std::stringstream contents;
  contents << std::ifstream(path).rdbuf();
  const std::string guide = contents.str();
  const auto begin = guide.find(kBegin), end = guide.find(kEnd);
  ASSERT_NE(begin, std::string::npos) << path;
  ASSERT_LT(begin, end) << path;
  const std::string head = guide.substr(0, begin + kBegin.size());
  const std::string expected = table_of_settings(GetParam());
  if (std::getenv("DURE_UPDATE_REFERENCE") != nullptr)
    std::ofstream(path) << head << expected << guide.substr(end);
  EXPECT_EQ(guide.substr(head.size(), end - head.size()), expected)
      << "run this test with DURE_UPDATE_REFERENCE=1 to write the table anew";
}

INSTANTIATE_TEST_SUITE_P(Languages, OperatingGuideTest,
                         testing::Values(Language::kKo, Language::kEn));

}  // namespace
}  // namespace dure::node
