// SPDX-License-Identifier: Apache-2.0
// `dure config check` names every fault; `dure config show` shows what counts, and no secret.
#include "cli/config_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/program.h"

namespace dure::node {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kGood =
    "[node]\norigin = \"suwon.go.kr/dure/1\"\nname = \"수원시\"\nregion = \"41110\"\n";

class ConfigCommandsTest : public testing::Test {
 protected:
  ConfigCommandsTest() {
    std::string pattern = testing::TempDir() + "dure-config-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~ConfigCommandsTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& contents) const {
    std::ofstream(folder_ + "/dure.toml") << contents;
  }

  ExitCode run(std::vector<std::string> words, std::map<std::string, std::string> variables = {}) {
    words.insert(words.end(), {"--data", folder_});
    std::istringstream in;
    std::ostringstream out, err;
    Session session{in, out, err, std::move(variables)};
    const auto code = run_program(words, session);
    out_ = out.str();
    err_ = err.str();
    return code;
  }

  std::string folder_, out_, err_;
};

TEST_F(ConfigCommandsTest, GoodSettingsAreOneLine) {
  write(kGood);
  EXPECT_EQ(run({"config", "check"}), ExitCode::kOk) << err_;
  EXPECT_THAT(out_, HasSubstr("good"));
}

TEST_F(ConfigCommandsTest, EveryFaultIsNamedWithItsLine) {
  write(std::string(kGood) + "[server]\nlisten = \"nowhere\"\nworkrs = 3\n");
  EXPECT_EQ(run({"config", "check"}, {{"DURE_WORKERS", "many"}}), ExitCode::kNo);
  EXPECT_THAT(err_, HasSubstr("dure.toml:6"));
  EXPECT_THAT(err_, HasSubstr("dure.toml:7"));
  EXPECT_THAT(err_, HasSubstr("server.workers"));  // the near one is suggested
  EXPECT_THAT(err_, HasSubstr("DURE_WORKERS"));
  EXPECT_THAT(out_, HasSubstr("faults in the settings: 3"));
}

TEST_F(ConfigCommandsTest, FaultsAsJsonHavePlaceAndKey) {
  write(std::string(kGood) + "[server]\nlisten = \"nowhere\"\n");
  EXPECT_EQ(run({"config", "check", "--json"}), ExitCode::kNo);
  const auto report = json::parse(out_);
  EXPECT_EQ(report["valid"], false);
  ASSERT_EQ(report["problems"].size(), 1U);
  EXPECT_EQ(report["problems"][0]["place"], folder_ + "/dure.toml:6");
  EXPECT_EQ(report["problems"][0]["key"], "server.listen");
  EXPECT_THAT(report["problems"][0]["message"].get<std::string>(), HasSubstr("nowhere"));
}

TEST_F(ConfigCommandsTest, AMissingFileAndAMissingNameAreFaults) {
  EXPECT_EQ(run({"config", "check"}), ExitCode::kEnvironment);
  write("");
  EXPECT_EQ(run({"config", "check"}), ExitCode::kNo);
  EXPECT_THAT(err_, HasSubstr("node.origin"));
  write("[node]\norigin = \"suwon.go.kr/dure/1\"\nname = \"수원시\"\n");
  EXPECT_EQ(run({"config", "check"}), ExitCode::kNo);
  EXPECT_THAT(err_, HasSubstr("node.region"));
  write("[node]\norigin = \"a.kr/dure/1\"\nname = \"x\"\nrole = \"observer\"\n");
  EXPECT_EQ(run({"config", "check"}), ExitCode::kOk) << err_;
}

TEST_F(ConfigCommandsTest, ShowsWhatCountsAndWhereItComesFrom) {
  write(std::string(kGood) + "[server]\nworkers = 3\n");
  EXPECT_EQ(run({"config", "show", "--origin"}, {{"DURE_LISTEN", "127.0.0.1:9"}}), ExitCode::kOk);
  EXPECT_THAT(out_, HasSubstr("server.workers = 3  # " + folder_ + "/dure.toml, line 6\n"));
  EXPECT_THAT(out_, HasSubstr("server.listen = \"127.0.0.1:9\"  # variable DURE_LISTEN\n"));
  EXPECT_THAT(out_, HasSubstr("log.level = \"info\"  # default\n"));
  EXPECT_THAT(out_, HasSubstr("# data = \"" + folder_ + "\"  # flag --data\n"));
}

TEST_F(ConfigCommandsTest, WhatIsShownCanBeTheSettingsFile) {
  write(std::string(kGood) + "[server]\nworkers = 3\n");
  EXPECT_EQ(run({"config", "show"}), ExitCode::kOk);
  const auto shown = out_;
  EXPECT_THAT(shown, HasSubstr("server.workers = 3\n"));
  write(shown);
  EXPECT_EQ(run({"config", "show"}), ExitCode::kOk) << err_;
  EXPECT_EQ(out_, shown);
}

TEST_F(ConfigCommandsTest, ShowsAsJsonWithKinds) {
  write(std::string(kGood) + "[server]\ntrusted_proxies = [\"10.0.0.1\"]\n");
  EXPECT_EQ(run({"config", "show", "--json"}), ExitCode::kOk);
  const auto report = json::parse(out_);
  json proxies;
  for (const auto& setting : report["settings"])
    if (setting["key"] == "server.trusted_proxies") proxies = setting;
  EXPECT_EQ(proxies["value"], json::array({"10.0.0.1"}));
  EXPECT_EQ(proxies["origin"]["kind"], "file");
  EXPECT_EQ(proxies["origin"]["line"], 6);
  EXPECT_EQ(report["settings"].size(), setting_definitions().size());
}

TEST_F(ConfigCommandsTest, SecretsAreNamedAndNeverShown) {
  std::ofstream(folder_ + "/phrase") << "open sesame";
  write(std::string(kGood) + "[keys]\npassphrase_file = \"" + folder_ + "/phrase\"\n" +
        "[[webhook]]\nurl = \"https://hooks.example/T0/sEcReT\"\n");
  for (const char* how : {"--origin", "--json"}) {
    EXPECT_EQ(run({"config", "show", how}), ExitCode::kOk) << err_;
    EXPECT_THAT(out_, HasSubstr(folder_ + "/phrase"));
    EXPECT_THAT(out_, Not(HasSubstr("sesame")));
    EXPECT_THAT(out_, HasSubstr("https://hooks.example/…"));
    EXPECT_THAT(out_, Not(HasSubstr("sEcReT")));
  }
}

TEST_F(ConfigCommandsTest, FaultySettingsAreNotShownAsIfTheyCounted) {
  write(std::string(kGood) + "[server]\nworkers = \"x\"\n");
  EXPECT_EQ(run({"config", "show"}), ExitCode::kNo);
  EXPECT_EQ(out_, "");
  EXPECT_THAT(err_, HasSubstr("dure.toml:6"));
}

}  // namespace
}  // namespace dure::node
