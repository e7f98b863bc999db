// SPDX-License-Identifier: Apache-2.0
// Both languages say the same things, and every text that the code asks for exists.
#include "web/texts.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace dure::node {
namespace {

std::set<std::string> placeholders(const std::string& pattern) {
  static const std::regex kPlaceholder("\\{([a-z_]+)\\}");
  std::set<std::string> names;
  for (std::sregex_iterator it(pattern.begin(), pattern.end(), kPlaceholder), end; it != end; ++it)
    names.insert((*it)[1]);
  return names;
}

TEST(TextsTest, BothLanguagesHaveTheSameKeys) {
  EXPECT_EQ(text_keys(Language::kKo), text_keys(Language::kEn));
  EXPECT_GT(text_keys(Language::kKo).size(), 100U);
  for (const auto key : text_keys(Language::kKo))
    EXPECT_TRUE(has_text(Language::kKo, key)) << key << " is in another area's file";
}

TEST(TextsTest, BothLanguagesHaveTheSamePlaceholders) {
  for (const auto key : text_keys(Language::kKo)) {
    EXPECT_EQ(placeholders(text(Language::kKo, key)), placeholders(text(Language::kEn, key)))
        << key;
  }
}

TEST(TextsTest, SaysAPeersFailureInTheReadersLanguageFromEndToEnd) {
  const auto said = [](const std::string& detail) {
    return explain(Language::kKo,
                   Error{ErrorCode::kUnavailable, detail, "errors.as_said", {{"detail", detail}}});
  };
  EXPECT_EQ(said("connect: Connection refused"), "연결할 때 접속이 거부됨");
  EXPECT_EQ(said("cannot resolve a.example: Name or service not known"),
            "서버 이름 a.example: 그런 이름의 서버가 없음");
  EXPECT_EQ(said("the peer closed the connection"), "상대가 연결을 닫음");
  EXPECT_EQ(said("something new"), "something new");
}

// Every string literal in the node's sources that has the form of a key of an area we own.
TEST(TextsTest, EveryKeyInTheSourcesExists) {
  static const std::regex kKey(
      "\"((cli|errors|storage|publishing|recovery|peer|fsck|replication|transfer)\\.[a-zA-Z0-9_.-]*"
      "[a-zA-Z0-9_])\"");
  static const std::set<std::string> kLogEvents = {"recovery.no_peer_answered",
                                                   "recovery.quarantine",
                                                   "recovery.republished",
                                                   "recovery.healed",
                                                   "recovery.not_healed",
                                                   "recovery.database_rebuilt",
                                                   "recovery.evidence_not_kept",
                                                   "recovery.head_not_judged",
                                                   "recovery.peer_not_recalled",
                                                   "recovery.peers_not_kept",
                                                   "recovery.peers_unreadable",
                                                   "recovery.resumed",
                                                   "publish.max_mib",
                                                   "peer.ca_file",
                                                   "replication.pulled",
                                                   "replication.failed",
                                                   "replication.compression",
                                                   "replication.fan_out",
                                                   "replication.parallel_fetches",
                                                   "replication.pull_interval",
                                                   "replication.window_mib"};
  std::size_t found = 0;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(std::string(DURE_SOURCE_DIR) + "/node")) {
    if (file.path().extension() != ".cc" && file.path().extension() != ".h") continue;
    std::stringstream contents;
    contents << std::ifstream(file.path()).rdbuf();
    const std::string source = contents.str();
    for (std::sregex_iterator it(source.begin(), source.end(), kKey), end; it != end; ++it) {
      const std::string key = (*it)[1];
      if (kLogEvents.contains(key)) continue;
      ++found;
      EXPECT_TRUE(has_text(Language::kKo, key)) << key << " in " << file.path();
    }
  }
  EXPECT_GT(found, 100U);
}

TEST(TextsTest, EveryErrorCodeHasAText) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    EXPECT_TRUE(
        has_text(Language::kKo, "errors." + std::string(error_name(static_cast<ErrorCode>(code)))));
  }
}

TEST(TextsTest, FillsPlaceholders) {
  EXPECT_EQ(text(Language::kEn, "cli.place", {{"file", "a.json"}, {"line", "7"}}),
            "a.json, line 7");
  EXPECT_EQ(text(Language::kEn, "cli.place", {{"file", "{line}"}, {"line", "7"}}),
            "{line}, line 7");
}

TEST(TextsTest, ShowsAnUnknownKeyAsItself) {
  EXPECT_EQ(text(Language::kKo, "no.such.key"), "no.such.key");
}

TEST(LanguageTest, IsChosenBySettingThenLocale) {
  EXPECT_EQ(choose_language("ko", "en_US.UTF-8", "", ""), Language::kKo);
  EXPECT_EQ(choose_language("auto", "", "", "ko_KR.UTF-8"), Language::kKo);
  EXPECT_EQ(choose_language("auto", "C", "", "ko_KR.UTF-8"), Language::kEn);
  EXPECT_EQ(choose_language("", "", "ko", "en_US"), Language::kKo);
  EXPECT_EQ(choose_language("", "", "", ""), Language::kEn);
  EXPECT_EQ(choose_language("", "kok_IN", "", ""), Language::kEn);
}

TEST(ExplainTest, PrefersTheErrorsOwnText) {
  const Error named{ErrorCode::kStorage, "detail", "errors.as_said", {{"detail", "words"}}};
  EXPECT_EQ(explain(Language::kEn, named), "words");
  EXPECT_EQ(explain(Language::kEn, Error{ErrorCode::kInvalid, "x"}), "Invalid: x");
}

}  // namespace
}  // namespace dure::node
