// SPDX-License-Identifier: Apache-2.0
// config/dure.toml documents every setting, and nothing that is none.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "settings/settings.h"
#include "web/texts.h"

namespace dure::node {
namespace {

std::string describe(std::string_view key) { return text(Language::kEn, key); }

TEST(ReferenceFileTest, IsWhatTheTableSays) {
  const std::string path = std::string(DURE_SOURCE_DIR) + "/config/dure.toml";
  const auto expected = format_settings_file(load_settings(SettingSources{}).settings, &describe);
  if (std::getenv("DURE_UPDATE_REFERENCE") != nullptr) std::ofstream(path) << expected;
  std::stringstream contents;
  contents << std::ifstream(path).rdbuf();
  EXPECT_EQ(contents.str(), expected)
      << "run this test with DURE_UPDATE_REFERENCE=1 to write the file anew";
}

TEST(SettingTableTest, EverySettingHasItsOwnKeyVariableAndFlag) {
  std::set<std::string_view> keys, variables, flags;
  for (const auto& row : setting_definitions()) {
    EXPECT_TRUE(keys.insert(row.key).second) << row.key;
    EXPECT_TRUE(variables.insert(row.variable).second) << row.variable;
    EXPECT_TRUE(flags.insert(row.flag).second) << row.flag;
    EXPECT_TRUE(row.variable.starts_with("DURE_")) << row.variable;
    EXPECT_TRUE(row.flag.starts_with("--")) << row.flag;
  }
}

TEST(SettingTableTest, EverySettingIsExplainedInBothLanguages) {
  for (const auto& row : setting_definitions()) {
    for (const auto language : {Language::kKo, Language::kEn}) {
      EXPECT_TRUE(has_text(language, row.help)) << row.help;
      EXPECT_TRUE(row.remedy.empty() || has_text(language, row.remedy)) << row.remedy;
    }
  }
}

}  // namespace
}  // namespace dure::node
