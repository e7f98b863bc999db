// SPDX-License-Identifier: Apache-2.0
// Suwon, which will meet with an accident, and Osan, which mirrors it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "integration/dure_process.h"

namespace dure::test {

class RecoveryFixture : public testing::Test {
 protected:
  using Words = std::vector<std::string>;

  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built: DURE_PROGRAM is empty";
    init(a_, "suwon.go.kr/dure/1", "41110");
    init(b_, "osan.go.kr/dure/1", "41370");
    // Rounds come when a test asks for them.
    osan_ = std::make_unique<ServeProcess>(b_, kSlowRounds);
    ASSERT_FALSE(osan_->url().empty());
  }

  static void init(const std::string& data, const std::string& origin, const std::string& region) {
    const auto made = run_dure({"init", "--data", data, "--origin", origin, "--name", "수원시",
                                "--region", region, "--role", "town", "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  static std::string entry(const std::string& title) {
    return R"({"type":"service","title":{"ko":")" + title +
           R"("},"summary":{"ko":"간호사가 찾아갑니다."},"department":{"ko":"보건소"},)"
           R"("contact":{"phone":"031-000-0000"},"regions":[{"scheme":"bjd","code":"4111000000"}],)"
           R"("status":{"code":"running"},"modified":"2026-03-01","licence":"kogl-1"})";
  }
  static Outcome publish(const std::string& data, const std::string& title, int count = 1) {
    std::string entries;
    for (int i = 0; i < count; ++i) entries += entry(title + " " + std::to_string(i)) + "\n";
    return run_dure({"publish", "--data", data, "-"}, entries);
  }
  static void must(const Words& words) {
    const auto done = run_dure(words);
    ASSERT_EQ(done.code, 0) << testing::PrintToString(words) << done.out << done.err;
  }
  static void add_peer(const std::string& data, const std::string& url) {
    must({"peer", "add", "--data", data, url, "--yes"});
  }
  static nlohmann::json status(const std::string& data) {
    const auto done = run_dure({"status", "--data", data, "--json"});
    EXPECT_EQ(done.code, 0) << done.err;
    return nlohmann::json::parse(done.out, nullptr, false);
  }
  /// A node of `data`; nothing is pulled unless asked for.
  static std::unique_ptr<ServeProcess> serve(const std::string& data) {
    auto node = std::make_unique<ServeProcess>(data, kSlowRounds);
    EXPECT_FALSE(node->url().empty());
    return node;
  }
  /// Suwon publishes `count` entries, and Osan has them all.
  void publish_and_mirror(const std::string& title, int count) {
    const auto suwon = serve(a_);
    const auto done = publish(a_, title, count);
    ASSERT_EQ(done.code, 0) << done.err;
    mirror(*suwon);
  }
  void mirror(const ServeProcess& suwon) {
    add_peer(b_, suwon.url());
    must({"pull", "--data", b_, "--once"});
    ASSERT_EQ(status(b_)["peers"][0]["lag"], 0);
  }
  /// From the start of the node until it has published again. The entries that it has then.
  std::uint64_t publishes_again(double& seconds) {
    const auto begin = std::chrono::steady_clock::now();
    const auto node = serve(a_);
    const auto done = publish(a_, "다시");
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    EXPECT_EQ(done.code, 0) << done.err;
    const auto report = status(a_);
    recovery_ = report.value("recovery", nlohmann::json::object());
    const auto said = run_dure({"status", "--data", a_, "--lang", "ko"});
    EXPECT_THAT(said.out, testing::HasSubstr("시작할 때 복구함"));
    return report["size"].get<std::uint64_t>();
  }
  void lose_database() const {
    for (const char* file : {"/node.db", "/node.db-wal", "/node.db-shm"})
      std::filesystem::remove(a_ + file);
  }
  std::string path(const std::string& name) const { return folder_.path(name); }
  static bool exists(const std::string& file) { return std::filesystem::exists(file); }

  inline static const Words kSlowRounds = {"--pull-interval", "86400"};
  TempFolder folder_;
  std::string a_ = folder_.path("a"), b_ = folder_.path("b");
  std::unique_ptr<ServeProcess> osan_;
  nlohmann::json recovery_;  // what status said of it
};

}  // namespace dure::test
