// SPDX-License-Identifier: Apache-2.0
// `dure log continue` is killed at every write, sync and rename: done again, it is finished. And
// members-only entries that were acknowledged are there, whatever failed.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "crash/fault.h"
#include "dure/charter.h"
#include "dure/checkpoint.h"
#include "peer/http_source.h"

namespace dure::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kOld = "suwon.example/dure/1";
constexpr const char* kNext = "suwon.example/dure/2";

std::string imported(const std::string& title) {
  return json{{"type", "service"},
              {"title", {{"ko", title}}},
              {"summary", {{"ko", "시험용 자료입니다."}}},
              {"department", {{"ko", "정보통신과"}}},
              {"contact", {{"phone", "031-000-0000"}}},
              {"regions", json::array({{{"scheme", "bjd"}, {"code", "4111000000"}}})},
              {"status", {{"code", "running"}}},
              {"modified", "2026-11-22"},
              {"identifiers", json::array({{{"scheme", "gov24"}, {"value", "1"}}})},
              {"licence", "kogl-1"}}
      .dump();
}

class FaultTest : public testing::TestWithParam<Fault> {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built";
    if (!can_trace()) GTEST_SKIP() << "NOT TESTED: strace does not work here";
    ASSERT_EQ(run_dure({"init", "--data", pristine_, "--origin", kOld, "--name", "수원시",
                        "--region", "41110", "--yes"})
                  .code,
              0);
  }
  /// Sets reached_.
  Outcome run_with_fault(const std::vector<std::string>& command, int when) {
    auto run = test::run_with_fault(folder_, GetParam(), when, command);
    reached_ = run.reached;
    return std::move(run.outcome);
  }
  TempFolder folder_;
  std::string pristine_ = folder_.path("pristine");
  bool reached_ = true;
};

class ContinueCrashTest : public FaultTest {
 protected:
  void SetUp() override {
    FaultTest::SetUp();
    if (IsSkipped()) return;
    const auto published =
        run_dure({"publish", "--data", pristine_, "--json", "-"}, imported("가"));
    ASSERT_EQ(published.code, 0) << published.err;
    id_ = json::parse(published.out)["published"][0]["id"];
    seal();
    seed_ = read_file(pristine_ + "/seed.key");
  }
  /// The node is its own steward.
  void seal() {
    std::string head;
    {
      ServeProcess serve(pristine_);
      auto source = node::open_http_source(serve.url());
      ASSERT_TRUE(source);
      head = (*source)->fetch({.path = "/log/checkpoint", .max_bytes = 65536})->body;
      serve.stop(SIGTERM);
    }
    const auto end = parse_checkpoint(parse_note(head)->text);
    ASSERT_TRUE(end) << head;
    const auto shown = run_dure({"charter", "show", "--data", pristine_});
    const auto current = parse_signed_charter(shown.out);
    ASSERT_TRUE(current) << shown.out << shown.err;
    Charter next = current->charter;
    ++next.version;
    next.previous = charter_hash(current->note.text);
    next.sealed.push_back({kOld, end->size, end->root, "key-stolen", ""});
    const auto file = folder_.file("proposal", format_charter(next));
    const auto proposed = run_dure({"charter", "propose", file, "--data", pristine_, "--yes"});
    ASSERT_EQ(proposed.code, 0) << proposed.err;
  }
  /// One node of the next generation, with everything of the one before.
  void expect_continued(const std::string& data) const {
    const auto told =
        json::parse(run_dure({"status", "--data", data, "--json"}).out, nullptr, false);
    EXPECT_EQ(told["origin"], kNext);
    EXPECT_EQ(read_file(data + "/seed.key.generation-1"), seed_) << "the old key is kept";
    EXPECT_NE(read_file(data + "/seed.key"), seed_);
    EXPECT_FALSE(fs::exists(data + "/seed.key.next"));
    const auto again = run_dure({"publish", "--data", data, "--json", "-"}, imported("가"));
    ASSERT_EQ(again.code, 0) << again.err;
    const auto receipt = json::parse(again.out)["published"][0];
    EXPECT_EQ(receipt["id"], id_);
    EXPECT_TRUE(receipt["unchanged"]);
    const auto revised = run_dure({"publish", "--data", data, "--json", "-"}, imported("나"));
    ASSERT_EQ(revised.code, 0) << revised.err;
    EXPECT_EQ(json::parse(revised.out)["published"][0]["rev"], 2U);
    const auto checked = run_dure({"fsck", "--data", data});
    EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
  }
  std::string id_, seed_;
};

TEST_P(ContinueCrashTest, DoneAgainItIsFinished) {
  int when = 1, interrupted = 0;
  for (; reached_ && when < 400 && !HasFailure(); ++when) {
    SCOPED_TRACE(when);
    const auto data = folder_.path("run");
    fs::remove_all(data);
    fs::copy(pristine_, data, fs::copy_options::recursive);
    const auto first = run_with_fault({"log", "continue", "--data", data, "--yes"}, when);
    EXPECT_NE(first.code, 70) << "a bug: " << first.err;
    if (first.code != 0) {
      ++interrupted;
      const auto second = run_dure({"log", "continue", "--data", data, "--yes"});
      // Refused if only the answer was missing: the folder is one of the next generation already.
      EXPECT_TRUE(second.code == 0 || second.code == 5) << second.code << second.err;
    }
    expect_continued(data);
  }
  EXPECT_FALSE(reached_) << "more calls than expected";
  EXPECT_GT(interrupted, 1);
}

INSTANTIATE_TEST_SUITE_P(Faults, ContinueCrashTest,
                         testing::Values(Fault{"sync_kill", "fdatasync,fsync", "signal=KILL"},
                                         Fault{"write_kill", "pwrite64,write", "signal=KILL"},
                                         Fault{"rename_kill", "rename,renameat2,unlink",
                                               "signal=KILL"},
                                         Fault{"write_full", "pwrite64", "error=ENOSPC"}),
                         name_of);

class MembersCrashTest : public FaultTest {
 protected:
  bool shown(const std::string& id, const std::string& title) const {
    const auto told = run_dure({"show", "--data", pristine_, id, "--json"});
    return told.code == 0 && told.out.find(title) != std::string::npos;
  }
};

TEST_P(MembersCrashTest, WhatWasAcknowledgedIsThereAndNobodyElseReadsIt) {
  std::vector<std::pair<std::string, std::string>> promised;
  int when = 1;
  for (; reached_ && when < 400 && !HasFailure(); ++when) {
    SCOPED_TRACE(when);
    const auto title = "안에서만" + std::to_string(when) + "끝";
    auto entry = json::parse(imported(title));
    entry.erase("identifiers");
    const auto file = folder_.file("entry.json", entry.dump());
    const auto publish = [&](const Outcome& outcome) {
      if (outcome.code != 0) return;
      promised.emplace_back(json::parse(outcome.out)["published"][0]["id"], title);
    };
    const std::vector<std::string> command = {"publish", "--data", pristine_, "--class",
                                              "members", "--json", file};
    const auto outcome = run_with_fault(command, when);
    EXPECT_NE(outcome.code, 70) << "a bug: " << outcome.err;
    publish(outcome);
    const auto next = run_dure(command);
    ASSERT_EQ(next.code, 0) << next.err;
    publish(next);
  }
  EXPECT_FALSE(reached_) << "more calls than expected";
  EXPECT_GT(when, 3);
  for (const auto& [id, title] : promised) EXPECT_TRUE(shown(id, title)) << id;
  EXPECT_EQ(run_dure({"fsck", "--data", pristine_}).code, 0);
  const auto archive = folder_.path("log.tar");
  ASSERT_EQ(run_dure({"export", archive, "--data", pristine_}).code, 0);
  EXPECT_EQ(read_file(archive).find("안에서만"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Faults, MembersCrashTest,
                         testing::Values(Fault{"sync_kill", "fdatasync,fsync", "signal=KILL"},
                                         Fault{"sync_error", "fdatasync,fsync", "error=EIO"},
                                         Fault{"write_kill", "pwrite64", "signal=KILL"}),
                         name_of);

}  // namespace
}  // namespace dure::test
