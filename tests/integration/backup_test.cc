// SPDX-License-Identifier: Apache-2.0
// A copy of node.db made by hand with SQLite's own tool, put back by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "integration/dure_process.h"

namespace dure::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kSqlite = "/usr/bin/sqlite3";

class BackupTest : public testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built: DURE_PROGRAM is empty";
    if (!fs::exists(kSqlite)) GTEST_SKIP() << "NOT TESTED: the package sqlite3 is not installed";
    const auto made = run_dure({"init", "--data", data_, "--origin", "suwon.go.kr/dure/1", "--name",
                                "수원시", "--region", "41110", "--role", "town", "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
  }

  Outcome publish(const std::string& title) {
    const std::string entry =
        R"({"type":"service","title":{"ko":")" + title +
        R"("},"summary":{"ko":"간호사가 찾아갑니다."},"department":{"ko":"보건소"},)"
        R"("contact":{"phone":"031-000-0000"},"regions":[{"scheme":"bjd","code":"4111000000"}],)"
        R"("status":{"code":"running"},"modified":"2026-03-01","licence":"kogl-1"})";
    return run_dure({"publish", "--data", data_, "-"}, entry);
  }
  std::string back_up(const std::string& name) {
    const auto copy = folder_.path(name);
    const auto made =
        run_program({kSqlite, "-readonly", data_ + "/node.db", "VACUUM INTO '" + copy + "'"});
    EXPECT_EQ(made.code, 0) << made.err;
    return copy;
  }
  /// With the node stopped.
  void restore(const std::string& copy) {
    for (const char* beside : {"/node.db-wal", "/node.db-shm"}) fs::remove(data_ + beside);
    fs::copy_file(copy, data_ + "/node.db", fs::copy_options::overwrite_existing);
    fs::permissions(data_ + "/node.db", fs::perms::owner_read | fs::perms::owner_write);
  }

  TempFolder folder_;
  std::string data_ = folder_.path("node");
};

TEST_F(BackupTest, ACopyMadeWhileServingIsWholeAndGoesOn) {
  std::string copy;
  {
    const ServeProcess node(data_);
    ASSERT_EQ(publish("하나").code, 0);
    ASSERT_EQ(publish("둘").code, 0);
    copy = back_up("copy.db");
  }
  restore(copy);
  const auto third = publish("셋");
  EXPECT_EQ(third.code, 0) << third.err;
  const auto checked = run_dure({"fsck", "--data", data_});
  EXPECT_EQ(checked.code, 0) << checked.err;
  const auto found = run_dure({"search", "--data", data_, "하나", "--json"});
  EXPECT_THAT(found.out, HasSubstr("하나"));
}

TEST_F(BackupTest, AnOldCopySignsNothingAndSaysWhatToDo) {
  ASSERT_EQ(publish("하나").code, 0);
  const auto old = back_up("old.db");
  ASSERT_EQ(publish("둘").code, 0);
  const auto fresh = back_up("fresh.db");
  restore(old);
  const auto refused = publish("셋");
  EXPECT_EQ(refused.code, 5) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("bring back a newer node.db"));
  restore(fresh);
  EXPECT_EQ(publish("셋").code, 0) << "as the message says";
}

}  // namespace
}  // namespace dure::test
