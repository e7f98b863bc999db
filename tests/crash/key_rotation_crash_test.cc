// SPDX-License-Identifier: Apache-2.0
// Every step of a rotation of keys is killed at every sync, rename and removal: the node starts
// afterwards, signs, and the rotation is ended by doing the same again.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "crash/fault.h"
#include "integration/one_service.h"

namespace dure::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kOrigin = "suwon.example/dure/1";

/// One command of the rotation, on what the commands before it left.
struct Step {
  const char* name;
  int number;
};

class KeyRotationCrashTest : public testing::TestWithParam<Step> {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built";
    if (!can_trace()) GTEST_SKIP() << "NOT TESTED: strace does not work here";
    ASSERT_EQ(run_dure({"init", "--data", pristine_, "--origin", kOrigin, "--name", "수원시",
                        "--region", "41110", "--yes"})
                  .code,
              0);
    ASSERT_EQ(run_dure({"publish", "--data", pristine_, "-"}, one_service("처음")).code, 0);
    for (int i = 0; i < GetParam().number && !lost(); ++i)
      ASSERT_EQ(run_dure(words(i, pristine_), one_service("그사이")).code, 0);
    if (lost()) fs::remove(pristine_ + "/seed.key");
  }
  bool lost() const { return GetParam().number == kLost; }
  /// Between the steps the node is opened, and switches.
  static std::vector<std::string> words(int step, const std::string& data) {
    switch (step) {
      case 0:
        return {"key", "rotate", "--data", data};
      case 1:
      case 3:
        return {"publish", "--data", data, "-"};
      case 2:
        return {"key", "rotate", "--finish", "--data", data};
      default:
        return {"key", "rotate", "--lost", "--data", data};
    }
  }
  /// True if the n-th call was reached.
  bool killed_at(const std::string& data, int when) {
    static const Fault kKill = {"kill", "fdatasync,fsync,rename,unlink,link,linkat,renameat2",
                                "signal=KILL"};
    const auto command = words(GetParam().number, data);
    return run_with_fault(folder_, kKill, when, command, one_service("그사이")).reached;
  }
  static json status(const std::string& data) {
    return json::parse(run_dure({"status", "--data", data, "--json"}).out, nullptr, false);
  }
  static std::string phase(const std::string& data) {
    const auto report = status(data);
    return report.is_object() && report.contains("keys") ? report["keys"].value("phase", "") : "";
  }
  bool publishes(const std::string& data) const {
    const auto title = "그다음 " + std::to_string(++published_);
    return run_dure({"publish", "--data", data, "-"}, one_service(title)).code == 0;
  }
  /// Whatever was done already, the rotation comes to its end.
  void finish(const std::string& data) const {
    if (lost()) return finish_lost(data);
    const auto now = phase(data);
    if (now == "asked" || (now == "settled" && GetParam().number < 2))
      (void)run_dure({"key", "rotate", "--data", data});
    ASSERT_TRUE(publishes(data));
    if (phase(data) == "both") {
      ASSERT_EQ(run_dure({"key", "rotate", "--finish", "--data", data}).code, 0);
    }
    ASSERT_TRUE(publishes(data));
  }
  void finish_lost(const std::string& data) const {
    if (!fs::exists(data + "/seed.key")) {
      ASSERT_EQ(run_dure({"key", "rotate", "--lost", "--data", data}).code, 0);
    }
    ASSERT_TRUE(publishes(data));
  }
  static constexpr int kLost = 4;
  mutable int published_ = 0;
  TempFolder folder_;
  std::string pristine_ = folder_.path("pristine");
};

TEST_P(KeyRotationCrashTest, TheOldStateOrTheNew) {
  const auto seed = lost() ? std::string() : read_file(pristine_ + "/seed.key");
  bool reached = true;
  int when = 1;
  for (; reached && when < 200 && !HasFailure(); ++when) {
    SCOPED_TRACE(when);
    const auto data = folder_.path("run");
    fs::remove_all(data);
    fs::copy(pristine_, data);
    reached = killed_at(data, when);
    const bool waits = lost() && !fs::exists(data + "/seed.key") &&
                       !fs::exists(data + "/seed.key.new");  // as if nothing had been asked
    if (!waits) {
      const auto report = run_dure({"status", "--data", data, "--json"});
      ASSERT_EQ(report.code, 0) << report.err;
    }
    ASSERT_NO_FATAL_FAILURE(finish(data));
    EXPECT_EQ(phase(data), "settled");
    EXPECT_FALSE(fs::exists(data + "/seed.key.new"));
    EXPECT_FALSE(fs::exists(data + "/seed.key.finish"));
    EXPECT_NE(read_file(data + "/seed.key"), seed);
    EXPECT_EQ(run_dure({"fsck", "--data", data}).code, 0);
  }
  EXPECT_FALSE(reached) << "more calls than expected";
  EXPECT_GT(when, 5);
}

INSTANTIATE_TEST_SUITE_P(Steps, KeyRotationCrashTest,
                         testing::Values(Step{"begin", 0}, Step{"switch", 1}, Step{"finish", 2},
                                         Step{"replace", 3}, Step{"lost", 4}),
                         [](const auto& step) { return std::string(step.param.name); });

}  // namespace
}  // namespace dure::test
