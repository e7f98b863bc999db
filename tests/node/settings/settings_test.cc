// SPDX-License-Identifier: Apache-2.0
// What a settings file, the environment and flags may say, and how mistakes in them are named.
#include "settings/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace dure::node {
namespace {

class SettingsTest : public testing::Test {
 protected:
  SettingsTest() {
    std::string pattern = testing::TempDir() + "dure-settings-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    sources_.file = folder_ + "/dure.toml";
  }
  ~SettingsTest() override { std::filesystem::remove_all(folder_); }

  LoadedSettings load(const std::string& contents) {
    std::ofstream(sources_.file, std::ios::binary) << contents;
    return load_settings(sources_);
  }

  // The only problem of a file, as {text, place, key}.
  Error only_problem(const std::string& contents) {
    const auto loaded = load(contents);
    EXPECT_EQ(loaded.problems.size(), 1U) << contents;
    return loaded.problems.empty() ? Error{} : loaded.problems.front();
  }

  std::string place(int line) const { return sources_.file + ":" + std::to_string(line); }

  std::string folder_;
  SettingSources sources_;
};

std::string argument(const Error& error, std::string_view name) {
  for (const auto& [key, value] : error.args) {
    if (key == name) return value;
  }
  return {};
}

TEST_F(SettingsTest, HasDefaultsWithoutAFile) {
  const auto loaded = load_settings(sources_);
  EXPECT_TRUE(loaded.problems.empty());
  EXPECT_EQ(loaded.settings.data, "/var/lib/dure");
  EXPECT_EQ(loaded.settings.pull_interval, 5U);
}

TEST_F(SettingsTest, ReadsThePlanOfBackups) {
  const auto loaded = load(
      "[backup]\nfolder = \"/var/backups/dure\"\nevery = \"12h\"\nkeep_daily = 7\nkeep_monthly = "
      "0\n"
      "recipient = "
      "\"dure-backup-public-aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dyp4cecxxi\"\n");
  EXPECT_TRUE(loaded.problems.empty());
  EXPECT_EQ(loaded.settings.backup_folder, "/var/backups/dure");
  EXPECT_EQ(loaded.settings.backup_every, "12h");
  EXPECT_EQ(loaded.settings.backup_keep_daily, 7U);
  EXPECT_EQ(loaded.settings.backup_keep_monthly, 0U);
}

TEST_F(SettingsTest, SaysWhatAGoodPlanOfBackupsLooksLike) {
  EXPECT_EQ(only_problem("[backup]\nfolder = \"backups\"\n").text, "errors.setting_absolute");
  EXPECT_EQ(only_problem("[backup]\nevery = \"daily\"\n").text, "errors.setting_interval");
  EXPECT_EQ(only_problem("[backup]\nkeep_daily = 0\n").text, "errors.setting_number");
  const auto mistyped = only_problem("[backup]\n\nrecipient = \"dure-backup-public-aaaq\"\n");
  EXPECT_EQ(mistyped.text, "errors.setting_recipient");
  EXPECT_EQ(argument(mistyped, "place"), place(3));
}

TEST_F(SettingsTest, ASecretInThePlaceOfItsPublicHalfIsNotRepeated) {
  const auto problem =
      only_problem("[backup]\nrecipient = \"dure-backup-secret-aaaqeayeaudaocajbifqydi\"\n");
  EXPECT_EQ(problem.text, "errors.setting_recipient");
  EXPECT_EQ(problem.detail.find("aaaqeaye"), std::string::npos);
  EXPECT_EQ(argument(problem, "value").find("aaaqeaye"), std::string::npos);
}

TEST_F(SettingsTest, MissesAFileThatWasNamed) {
  sources_.file_required = true;
  const auto loaded = load_settings(sources_);
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(loaded.problems[0].text, "errors.settings_unreadable");
}

TEST_F(SettingsTest, FlagWinsOverEnvironmentOverFileOverDefault) {
  const std::string file = "[server]\nlisten = \"127.0.0.1:1\"\n";
  EXPECT_EQ(load(file).settings.listen, "127.0.0.1:1");
  sources_.environment["DURE_LISTEN"] = "127.0.0.1:2";
  EXPECT_EQ(load(file).settings.listen, "127.0.0.1:2");
  sources_.flags["--listen"] = "127.0.0.1:3";
  EXPECT_EQ(load(file).settings.listen, "127.0.0.1:3");
}

TEST_F(SettingsTest, NamesTheLineOfAnUnknownKeyAndTheLikelyOne) {
  const auto problem = only_problem("[server]\n\nlistn = \"127.0.0.1:1\"\n");
  EXPECT_EQ(problem.text, "errors.setting_unknown_near");
  EXPECT_EQ(argument(problem, "place"), place(3));
  EXPECT_EQ(argument(problem, "near"), "server.listen");
}

TEST_F(SettingsTest, RejectsAnUnknownSection) {
  EXPECT_EQ(only_problem("[zzzzzzzzzz]\na = 1\n").text, "errors.setting_unknown");
}

TEST_F(SettingsTest, RejectsWrongTypes) {
  EXPECT_EQ(only_problem("[server]\nworkers = \"4\"\n").text, "errors.setting_type_number");
  EXPECT_EQ(only_problem("[server]\nworkers = 4.5\n").text, "errors.setting_type_number");
  EXPECT_EQ(only_problem("[server]\nlisten = 8420\n").text, "errors.setting_type_text");
  EXPECT_EQ(only_problem("[server]\ntrusted_proxies = \"10.0.0.1\"\n").text,
            "errors.setting_type_list");
  EXPECT_EQ(only_problem("[server]\ntrusted_proxies = [1]\n").text, "errors.setting_type_list");
  EXPECT_EQ(only_problem("[server]\nlisten = [\"127.0.0.1:1\"]\n").text,
            "errors.setting_type_text");
}

TEST_F(SettingsTest, RejectsBadValues) {
  EXPECT_EQ(only_problem("[server]\nworkers = -1\n").text, "errors.setting_number");
  EXPECT_EQ(only_problem("[server]\nworkers = 257\n").text, "errors.setting_number");
  EXPECT_EQ(only_problem("[server]\nlisten = \"8420\"\n").text, "errors.setting_listen");
  EXPECT_EQ(only_problem("[server]\nlisten = \"a:99999\"\n").text, "errors.setting_listen");
  EXPECT_EQ(only_problem("[node]\norigin = \"suwon\"\n").text, "errors.setting_origin");
  EXPECT_EQ(only_problem("[node]\nregion = \"411\"\n").text, "errors.setting_region");
  EXPECT_EQ(only_problem("[node]\nurl = \"ftp://a\"\n").text, "errors.setting_url");
  EXPECT_EQ(only_problem("[node]\nurl = \"https://a/path\"\n").text, "errors.setting_url");
  EXPECT_EQ(only_problem("[node]\nrole = \"village\"\n").text, "errors.setting_choice");
  EXPECT_EQ(only_problem("[log]\nlevel = \"loud\"\n").text, "errors.setting_choice");
}

TEST_F(SettingsTest, NamesTheVariableOfABadValue) {
  sources_.environment["DURE_WORKERS"] = "many";
  const auto loaded = load_settings(sources_);
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(argument(loaded.problems[0], "place"), "DURE_WORKERS");
  EXPECT_EQ(argument(loaded.problems[0], "most"), "256");
}

TEST_F(SettingsTest, NamesTheLineOfASyntaxError) {
  const auto problem = only_problem("[server]\nlisten = \n");
  EXPECT_EQ(problem.text, "errors.settings_syntax");
  EXPECT_EQ(argument(problem, "place").substr(0, place(2).size()), place(2));
}

TEST_F(SettingsTest, ATableWithoutANameIsASyntaxError) {
  for (const char* header : {"[=]", "[[=]]", "[ ,", "[[\n"})
    EXPECT_EQ(only_problem(header).text, "errors.settings_syntax") << header;
}

TEST_F(SettingsTest, RejectsOtherEncodingsAndHugeFiles) {
  EXPECT_EQ(only_problem(std::string("\xff\xfe[\0s\0", 6)).text, "errors.settings_encoding");
  EXPECT_EQ(only_problem(std::string((1 << 20) + 1, '#')).text, "errors.settings_too_large");
}

TEST_F(SettingsTest, ReportsEveryProblemOfAFile) {
  EXPECT_EQ(load("[server]\nworkers = -1\nlisten = 1\n[log]\nlevel = 3\n").problems.size(), 3U);
}

TEST_F(SettingsTest, WantsCertificateAndKeyTogether) {
  EXPECT_EQ(only_problem("[server]\ntls_key = \"key.pem\"\n").text, "errors.settings_tls_pair");
}

TEST_F(SettingsTest, ReadsListsFromTheEnvironment) {
  sources_.environment["DURE_TRUSTED_PROXIES"] = "10.0.0.1, 10.1.0.0/16";
  EXPECT_THAT(load_settings(sources_).settings.trusted_proxies,
              testing::ElementsAre("10.0.0.1", "10.1.0.0/16"));
}

TEST_F(SettingsTest, ReadsWebhooksInTheirOrder) {
  const auto loaded = load(
      "[[webhook]]\nurl = \"https://portal.example/dure/\"\n[server]\nworkers = 3\n"
      "[[webhook]]\nurl = \"http://[::1]:8080/a-b_c.d~e\"\n[[webhook]]\nurl = \"http://x\"\n");
  EXPECT_TRUE(loaded.problems.empty());
  EXPECT_THAT(loaded.settings.webhooks,
              testing::ElementsAre("https://portal.example/dure/", "http://[::1]:8080/a-b_c.d~e",
                                   "http://x"));
}

TEST_F(SettingsTest, RejectsWebhooksThatCannotBeCalled) {
  for (const char* url :
       {"", "portal", "ftp://a/x", "//a/x", "https://", "https:///x", "https://a:0/x",
        "https://a:65536/x", "https://a:/x", "https://a b/x", "https://a//x", "https://a/../x",
        "https://a/%2e", "https://수원/x", "https://a/\\u0001", "https://[::1/x", "https://[]/x",
        "https://[zz]/x", "HTTPS://a"}) {
    const auto problem = only_problem(std::string("\n[[webhook]]\nurl = \"") + url + "\"\n");
    EXPECT_EQ(problem.text, "errors.webhook_url") << url;
    EXPECT_EQ(argument(problem, "place"), place(3)) << url;
  }
  EXPECT_EQ(only_problem("[[webhook]]\nurl = \"https://a/" + std::string(512, 'x') + "\"\n").text,
            "errors.webhook_url");
  for (const char* url : {"https://a/x?token=1", "https://a/x#y", "https://a?x"}) {
    EXPECT_EQ(only_problem(std::string("[[webhook]]\nurl = \"") + url + "\"\n").text,
              "errors.webhook_query")
        << url;
  }
}

TEST_F(SettingsTest, RepeatsNoPasswordOfAWebhook) {
  for (const char* url : {"https://kim:geheim@a/x", "https://geheim@a", "https://kim:geheim@a?b"}) {
    const auto problem = only_problem(std::string("[[webhook]]\nurl = \"") + url + "\"\n");
    EXPECT_EQ(problem.text, "errors.webhook_credentials");
    EXPECT_EQ(argument(problem, "place"), place(2));
    EXPECT_EQ(problem.detail.find("geheim"), std::string::npos);
    for (const auto& [name, value] : problem.args)
      EXPECT_EQ(value.find("geheim"), std::string::npos) << name;
  }
}

TEST_F(SettingsTest, RejectsOtherShapesOfWebhooks) {
  EXPECT_EQ(only_problem("webhook = \"https://a\"\n").text, "errors.webhook_shape");
  EXPECT_EQ(only_problem("webhook = [\"https://a\"]\n").text, "errors.webhook_shape");
  EXPECT_EQ(only_problem("webhook = []\n").text, "errors.webhook_shape");
  EXPECT_EQ(only_problem("[webhook]\nurl = \"https://a\"\n").text, "errors.webhook_shape");
  EXPECT_EQ(only_problem("[[webhook]]\n").text, "errors.webhook_shape");
  EXPECT_EQ(only_problem("[[webhook]]\nurl = 3\n").text, "errors.webhook_shape");
  const auto problem = only_problem("[[webhook]]\nurl = \"https://a\"\nsecret = \"geheim\"\n");
  EXPECT_EQ(problem.text, "errors.webhook_key");
  EXPECT_EQ(argument(problem, "key"), "secret");
  EXPECT_EQ(argument(problem, "place"), place(3));
  EXPECT_EQ(argument(only_problem("[[webhooks]]\nurl = \"https://a\"\n"), "near"), "webhook");
}

TEST_F(SettingsTest, RejectsWebhooksThatAreThereTwiceOrTooMany) {
  std::string file;
  for (int i = 0; i < 8; ++i)
    file += "[[webhook]]\nurl = \"https://a/" + std::to_string(i) + "\"\n";
  EXPECT_TRUE(load(file).problems.empty());
  EXPECT_EQ(only_problem(file + "[[webhook]]\nurl = \"https://a/8\"\n").text,
            "errors.webhook_many");
  const auto twice =
      only_problem("[[webhook]]\nurl = \"https://a\"\n[[webhook]]\nurl = \"https://a\"\n");
  EXPECT_EQ(twice.text, "errors.webhook_twice");
  EXPECT_EQ(argument(twice, "place"), place(4));
}

TEST_F(SettingsTest, ReadsBackTheFileItWrites) {
  Settings settings = load_settings(SettingSources{}).settings;
  settings.origin = "suwon.go.kr/dure/1";
  settings.name = "수원시 \"두레\" \\";
  settings.region = "41110";
  settings.trusted_proxies = {"10.0.0.1", "10.0.0.2"};
  settings.workers = 3;
  settings.webhooks = {"https://a.example/x", "http://b.example/"};
  const auto loaded =
      load(format_settings_file(settings, [](std::string_view key) { return std::string(key); }));
  EXPECT_TRUE(loaded.problems.empty());
  EXPECT_EQ(loaded.settings.name, settings.name);
  EXPECT_EQ(loaded.settings.trusted_proxies, settings.trusted_proxies);
  EXPECT_EQ(loaded.settings.workers, 3U);
  EXPECT_EQ(loaded.settings.webhooks, settings.webhooks);
}

TEST(DureEnvironmentTest, TakesOnlyOurVariables) {
  std::string ours = "DURE_LISTEN=a:1=b", other = "PATH=/bin";
  char* environment[] = {ours.data(), other.data(), nullptr};
  const auto variables = dure_environment(environment);
  EXPECT_EQ(variables.size(), 1U);
  EXPECT_EQ(variables.at("DURE_LISTEN"), "a:1=b");
}

}  // namespace
}  // namespace dure::node
