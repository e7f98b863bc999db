// SPDX-License-Identifier: Apache-2.0
// kill -9 in a loop, and every write and sync of a publication failing or ending the process once.
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include "crash/evidence.h"
#include "crash/fault.h"
#include "peer/control_client.h"
#include "peer/http_source.h"

namespace dure::test {
namespace {

constexpr int kPublishers = 8;

int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? otherwise : std::atoi(text);
}

std::string service_titled(const std::string& title) {
  return R"({"type":"service","title":{"ko":")" + title +
         R"("},"summary":{"ko":"시험용 자료입니다."},"department":{"ko":"정보통신과"},)"
         R"("contact":{"role":{"ko":"담당자"},"phone":"031-000-0000"},)"
         R"("regions":[{"scheme":"bjd","code":"4111000000","asOf":"2024-01-01"}],)"
         R"("status":{"code":"running"},"modified":"2026-11-22","licence":"kogl-1"})";
}

void init_town(const std::string& data) {
  const auto made = run_dure({"init", "--data", data, "--origin", "suwon.example/dure/1", "--name",
                              "수원시", "--region", "41110", "--role", "town", "--yes"});
  ASSERT_EQ(made.code, 0) << made.err;
}

/// Publishes over the control socket until the node is gone.
void publish_until_killed(const std::string& socket, const std::string& prefix, Evidence& evidence,
                          std::atomic<std::size_t>& acknowledged) {
  for (int i = 0;; ++i) {
    const std::string title = prefix + "-" + std::to_string(i) + "-끝";
    const auto answer =
        node::call_control(socket, "POST", "/control/v1/publish", service_titled(title));
    if (!answer) return;
    ASSERT_EQ(answer->status, 200) << answer->body;
    acknowledged += evidence.acknowledge(answer->body, title);
  }
}

void watch_until_killed(const std::string& url, Evidence& evidence) {
  auto source = node::open_http_source(url);
  ASSERT_TRUE(source);
  for (;;) {
    const auto head =
        (*source)->fetch({.path = "/log/checkpoint", .max_bytes = std::size_t{1} << 20});
    if (head) evidence.see_head(head->body);
    if (!head && head.error().code != ErrorCode::kNotFound) return;
  }
}

void publish_and_kill(const std::string& data, int round, std::size_t kill_after,
                      Evidence& evidence) {
  ServeProcess serve(data);
  ASSERT_FALSE(serve.url().empty()) << "the node did not come back in round " << round;
  std::atomic<std::size_t> acknowledged = 0;
  std::vector<std::thread> threads;
  for (int p = 0; p < kPublishers; ++p) {
    const std::string prefix = "회차" + std::to_string(round) + "-" + std::to_string(p);
    threads.emplace_back([&, prefix] {
      publish_until_killed(data + "/control.sock", prefix, evidence, acknowledged);
    });
  }
  threads.emplace_back([&] { watch_until_killed(serve.url(), evidence); });
  while (acknowledged < kill_after && !testing::Test::HasFailure()) std::this_thread::yield();
  serve.stop(SIGKILL);
  for (auto& thread : threads) thread.join();
}

TEST(CrashTest, KillingTheNodeAtAnyMomentLosesNothingAndForksNothing) {
  if (program_path().empty()) GTEST_SKIP() << "the program was not built";
  TempFolder folder;
  const std::string data = folder.path("node");
  init_town(data);
  const auto seed = static_cast<unsigned>(number_from("DURE_SEED", 20261122));
  std::mt19937 random(seed);
  RecordProperty("seed", static_cast<int>(seed));
  Evidence evidence;
  const int rounds = number_from("DURE_CRASH_ROUNDS", 10);
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    publish_and_kill(data, round, 1 + random() % 200, evidence);
  }
  ServeProcess serve(data);
  ASSERT_FALSE(serve.url().empty());
  evidence.check_against(serve.url());
  EXPECT_GT(evidence.acknowledged(), static_cast<std::size_t>(rounds));
  EXPECT_GT(evidence.heads(), static_cast<std::size_t>(rounds));
  EXPECT_EQ(serve.stop(SIGTERM), 0);
  const auto checked = run_dure({"fsck", "--data", data});
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
}

// Between an answer and the write that it waits for there is hardly a moment: no kill would meet
// it. So the disk is made slow, and the node dies as soon as it has answered.
TEST(CrashTest, AKillRightAfterAnAnswerLosesNothingOnASlowDisk) {
  if (program_path().empty()) GTEST_SKIP() << "the program was not built";
  if (!can_trace()) GTEST_SKIP() << "NOT TESTED: strace does not work here";
  TempFolder folder;
  const std::string data = folder.path("node");
  init_town(data);
  Evidence evidence;
  for (int round = 0; round < 3 && !HasFailure(); ++round) {
    ServeProcess serve(
        data, {},
        {"/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64,fdatasync", "-e",
         "inject=pwrite64,fdatasync:delay_enter=30000"});
    ASSERT_FALSE(serve.url().empty());
    const std::string title = "느린 디스크 " + std::to_string(round) + "-끝";
    const auto answer = node::call_control(data + "/control.sock", "POST", "/control/v1/publish",
                                           service_titled(title));
    serve.stop(SIGKILL);
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(evidence.acknowledge(answer->body, title), 1U) << answer->body;
  }
  ServeProcess serve(data);
  ASSERT_FALSE(serve.url().empty());
  evidence.check_against(serve.url());
}

class SystemCallTest : public testing::TestWithParam<Fault> {};

/// `dure publish` under strace with the n-th of `calls` failing. Sets `reached` if that call
/// happened.
Outcome publish_with_fault(const TempFolder& folder, const std::string& data, const Fault& fault,
                           int when, bool& reached) {
  const std::string entry =
      folder.file("entry.json", service_titled(fault.name + std::to_string(when) + "-끝"));
  auto run = run_with_fault(folder, fault, when, {"publish", "--data", data, "--json", entry});
  reached = run.reached;
  return std::move(run.outcome);
}

TEST_P(SystemCallTest, FailingOnceLosesNothingAcknowledged) {
  if (program_path().empty()) GTEST_SKIP() << "the program was not built";
  if (run_program({"/usr/bin/strace", "-qq", "/bin/true"}).code != 0) {
    GTEST_SKIP() << "SKIPPED: strace does not work here, so no system-call faults were injected";
  }
  TempFolder folder;
  const std::string data = folder.path("node");
  init_town(data);
  Evidence evidence;
  bool reached = true;
  int when = 1;
  for (; reached && when < 400 && !HasFailure(); ++when) {
    const auto outcome = publish_with_fault(folder, data, GetParam(), when, reached);
    const auto title = GetParam().name + std::to_string(when) + "-끝";
    if (outcome.code == 0) {
      EXPECT_EQ(evidence.acknowledge(outcome.out, title), 1U) << outcome.out;
    }
    EXPECT_NE(outcome.code, 70) << "a bug at call " << when << ": " << outcome.err;
    // The next start heals by itself, or the data folder was never touched.
    const auto next =
        run_dure({"publish", "--data", data, "--json", "-"}, service_titled(title + "-다음"));
    ASSERT_EQ(next.code, 0) << "after call " << when << ": " << next.err;
    EXPECT_EQ(evidence.acknowledge(next.out, title + "-다음"), 1U);
  }
  EXPECT_GT(when, 3)
      << "the fault was hardly ever reached: does the program still make these calls?";
  EXPECT_FALSE(reached) << "more calls than expected";
  ServeProcess serve(data);
  ASSERT_FALSE(serve.url().empty());
  evidence.check_against(serve.url());
}

INSTANTIATE_TEST_SUITE_P(Faults, SystemCallTest,
                         testing::Values(Fault{"sync_error", "fdatasync,fsync", "error=EIO"},
                                         Fault{"sync_kill", "fdatasync,fsync", "signal=KILL"},
                                         Fault{"write_full", "pwrite64", "error=ENOSPC"},
                                         Fault{"write_kill", "pwrite64", "signal=KILL"},
                                         Fault{"write_error", "pwrite64", "error=EIO"}),
                         name_of);

}  // namespace
}  // namespace dure::test
