// SPDX-License-Identifier: Apache-2.0
// `dure erase` is killed at every write and every sync: the next start finishes it, or it never
// was.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "crash/fault.h"

namespace dure::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kWord = "zqxjwvkbjrz";

class EraseCrashTest : public testing::TestWithParam<Fault> {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built";
    if (!can_trace()) GTEST_SKIP() << "NOT TESTED: strace does not work here";
    ASSERT_EQ(run_dure({"init", "--data", pristine_, "--origin", "suwon.example/dure/1", "--name",
                        "수원시", "--region", "41110", "--yes"})
                  .code,
              0);
    const auto entry = json{
        {"type", "service"},
        {"title", {{"ko", std::string(kWord) + " 상담"}}},
        {"summary", {{"ko", "시험용 자료입니다."}}},
        {"department", {{"ko", "정보통신과"}}},
        {"contact", {{"phone", "031-000-0000"}}},
        {"regions", json::array({{{"scheme", "bjd"}, {"code", "4111000000"}}})},
        {"status", {{"code", "running"}}},
        {"modified", "2026-11-22"},
        {"licence",
         "kogl-1"}}.dump();
    const auto published = run_dure({"publish", "--data", pristine_, "--json", "-"}, entry);
    ASSERT_EQ(published.code, 0) << published.err;
    id_ = json::parse(published.out)["published"][0]["id"];
  }
  static bool anywhere(const std::string& folder) {
    for (const auto& file : fs::directory_iterator(folder)) {
      if (file.is_regular_file() &&
          read_file(file.path().string()).find(kWord) != std::string::npos)
        return true;
    }
    return false;
  }
  /// True if the n-th call was reached.
  bool erase_with_fault(const std::string& data, int when) {
    return run_with_fault(folder_, GetParam(), when,
                          {"erase", "--data", data, id_, "--reason", "mistake", "--yes"})
        .reached;
  }
  TempFolder folder_;
  std::string pristine_ = folder_.path("pristine");
  std::string id_;
};

TEST_P(EraseCrashTest, TheNextStartFinishesIt) {
  bool reached = true;
  int when = 1, erased_after = 0, untouched = 0;
  for (; reached && when < 600 && !HasFailure(); ++when) {
    SCOPED_TRACE(when);
    const auto data = folder_.path("run");
    fs::remove_all(data);
    fs::copy(pristine_, data);
    reached = erase_with_fault(data, when);
    const auto report = run_dure({"erase", "status", "--data", data, "--json"});
    ASSERT_EQ(report.code, 0) << report.err;
    const auto erasures = json::parse(report.out)["erasures"];
    if (erasures.empty()) {
      ++untouched;
      EXPECT_EQ(run_dure({"show", "--data", data, id_}).code, 0) << "all or nothing";
    } else {
      ++erased_after;
      ASSERT_EQ(erasures.size(), 1U);
      EXPECT_TRUE(erasures[0]["finished"]);
      EXPECT_FALSE(anywhere(data));
    }
    if (!erasures.empty() && when % 4 != 0) continue;
    // Asked again, it is done in any case, and only once.
    const auto again = run_dure({"erase", "--data", data, id_, "--reason", "mistake", "--yes"});
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_FALSE(anywhere(data));
    EXPECT_EQ(run_dure({"show", "--data", data, id_}).code, 1);
    EXPECT_EQ(run_dure({"fsck", "--data", data}).code, 0);
  }
  EXPECT_FALSE(reached) << "more calls than expected";
  EXPECT_GT(untouched, 0);
  EXPECT_GT(erased_after, 3);
}

INSTANTIATE_TEST_SUITE_P(Faults, EraseCrashTest,
                         testing::Values(Fault{"sync_kill", "fdatasync,fsync", "signal=KILL"},
                                         Fault{"write_kill", "pwrite64,ftruncate", "signal=KILL"},
                                         Fault{"write_full", "pwrite64", "error=ENOSPC"}),
                         name_of);

}  // namespace
}  // namespace dure::test
