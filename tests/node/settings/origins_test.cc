// SPDX-License-Identifier: Apache-2.0
// Every value says who gave it; the strongest one is named.
#include "settings/origins.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace dure::node {
namespace {

using Kind = SettingOrigin::Kind;

class OriginsTest : public testing::Test {
 protected:
  OriginsTest() {
    std::string pattern = testing::TempDir() + "dure-origins-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    sources_.file = folder_ + "/dure.toml";
  }
  ~OriginsTest() override { std::filesystem::remove_all(folder_); }

  LoadedSettings load(const std::string& contents) {
    std::ofstream(sources_.file) << contents;
    origins_.clear();
    return load_settings(sources_, origins_);
  }

  std::string folder_;
  SettingSources sources_;
  SettingOrigins origins_;
};

TEST_F(OriginsTest, DefaultsHaveNone) {
  EXPECT_TRUE(load("").problems.empty());
  EXPECT_TRUE(origins_.empty());
}

TEST_F(OriginsTest, TheFileIsNamedWithItsLine) {
  load("[server]\n\nlisten = \"127.0.0.1:9\"\ntrusted_proxies = [\"10.0.0.1\"]\n");
  ASSERT_TRUE(origins_.contains("server.listen"));
  EXPECT_EQ(origins_["server.listen"].kind, Kind::kFile);
  EXPECT_EQ(origins_["server.listen"].name, sources_.file);
  EXPECT_EQ(origins_["server.listen"].line, 3U);
  EXPECT_EQ(origins_["server.trusted_proxies"].line, 4U);
  EXPECT_EQ(origins_.size(), 2U);
}

TEST_F(OriginsTest, AVariableBeatsTheFileAndAFlagBoth) {
  sources_.environment = {{"DURE_LISTEN", "127.0.0.1:8"}, {"DURE_WORKERS", "3"}};
  sources_.flags = {{"--workers", "4"}};
  const auto loaded = load("[server]\nlisten = \"127.0.0.1:9\"\nworkers = 2\n");
  EXPECT_EQ(loaded.settings.workers, 4U);
  EXPECT_EQ(origins_["server.listen"].kind, Kind::kVariable);
  EXPECT_EQ(origins_["server.listen"].name, "DURE_LISTEN");
  EXPECT_EQ(origins_["server.workers"].kind, Kind::kFlag);
  EXPECT_EQ(origins_["server.workers"].name, "--workers");
}

// What is refused changes nothing, so whoever gave the value before still stands.
TEST_F(OriginsTest, AFaultyValueIsNobodysOrigin) {
  sources_.environment = {{"DURE_WORKERS", "many"}};
  const auto loaded = load("[server]\nworkers = 2\nlisten = 7\n");
  EXPECT_EQ(loaded.problems.size(), 2U);
  EXPECT_EQ(origins_["server.workers"].kind, Kind::kFile);
  EXPECT_FALSE(origins_.contains("server.listen"));
}

TEST_F(OriginsTest, WebhooksStandWhereTheyBegin) {
  load("[log]\nlevel = \"debug\"\n[[webhook]]\nurl = \"https://a.example/x\"\n");
  EXPECT_EQ(origins_["webhook"].line, 3U);
}

// What is spelled out can be read back, whatever is in it.
TEST_F(OriginsTest, SpelledValuesReadBackTheSame) {
  const auto loaded = load(
      "[server]\ntrusted_proxies = [\"10.0.0.1\", \"::1\"]\nworkers = 2\n"
      "[node]\nname = \"수원 \\\"시\\\" \\\\\"\n");
  ASSERT_TRUE(loaded.problems.empty());
  std::string again;
  for (const auto& row : setting_definitions()) {
    if (row.key.find('.') != std::string_view::npos)
      again += std::string(row.key) + " = " + toml_value(loaded.settings, row) + "\n";
  }
  const auto reread = load(again);
  ASSERT_TRUE(reread.problems.empty()) << reread.problems.front().detail;
  EXPECT_EQ(reread.settings.name, "수원 \"시\" \\");
  for (const auto& row : setting_definitions())
    EXPECT_EQ(toml_value(reread.settings, row), toml_value(loaded.settings, row)) << row.key;
}

}  // namespace
}  // namespace dure::node
