// SPDX-License-Identifier: Apache-2.0
// Design rule: leaves and bodies durable, then the head lock durable, then the answer. No kill can
// show that a sync is missing (the kernel keeps what a dead process wrote), so the order of the
// system calls themselves is read from a trace.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "integration/dure_process.h"

namespace dure::test {
namespace {

enum class What { kWriteBegins, kSyncDone, kAnswer };

constexpr const char* kLeaves = "leaves";  // node.db and its WAL
constexpr const char* kHead = "head";      // the WAL of head.db, where a new head goes first

struct Event {
  What what;
  std::string file;  // kLeaves, kHead, or "" for standard output
};

/// The file that a line of the trace is about; empty: none of ours. Copying a WAL back into head.db
/// signs nothing.
std::string file_of(const std::string& line) {
  static const std::regex kFile(R"(\(\d+<[^>]*/(node\.db|node\.db-wal|head\.db-wal)>)");
  std::smatch match;
  if (!std::regex_search(line, match, kFile)) return {};
  return match[1].str().starts_with("node") ? kLeaves : kHead;
}

constexpr const char* kCalls = "trace=pwrite64,fdatasync,fsync,sendto,sendmsg,write,writev";

/// What happened in the order in which it began (writes) or was over (syncs).
class Trace {
 public:
  explicit Trace(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) read(line);
  }
  const std::vector<Event>& events() const { return events_; }

 private:
  void read(const std::string& line) {
    static const std::regex kCall(R"(^(\d+) +(?:<\.\.\. )?(\w+)(.*)$)");
    std::smatch match;
    if (!std::regex_match(line, match, kCall)) return;
    const std::string process = match[1], call = match[2], rest = match[3];
    const bool resumed = rest.starts_with(" resumed");
    const bool unfinished = line.ends_with("<unfinished ...>");
    if ((call == "sendto" || call == "sendmsg" || call == "write" || call == "writev") &&
        !resumed) {
      if (rest.find(R"(\"published\")") != std::string::npos)
        events_.push_back({What::kAnswer, ""});
    } else if (call == "pwrite64" && !resumed) {
      const auto file = file_of(line);
      if (!file.empty()) events_.push_back({What::kWriteBegins, file});
    } else if (call == "fdatasync" || call == "fsync") {
      const auto file = resumed ? syncing_[process] : file_of(line);
      if (unfinished) {
        syncing_[process] = file;
      } else if (!file.empty() && line.ends_with("= 0")) {
        events_.push_back({What::kSyncDone, file});
      }
    }
  }

  std::vector<Event> events_;
  std::map<std::string, std::string> syncing_;  // by thread
};

std::string service_titled(const std::string& title) {
  return R"({"type":"service","title":{"ko":")" + title +
         R"("},"summary":{"ko":"시험용 자료입니다."},"department":{"ko":"정보통신과"},)"
         R"("contact":{"phone":"031-000-0000"},"regions":[{"scheme":"bjd","code":"4111000000"}],)"
         R"("status":{"code":"running"},"modified":"2026-11-22","licence":"kogl-1"})";
}

class OrderTest : public testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built";
    if (run_program({kStrace, "-qq", "/bin/true"}).code != 0)
      GTEST_SKIP() << "NOT TESTED: strace does not work here";
    const auto made = run_dure({"init", "--data", data_, "--origin", "suwon.example/dure/1",
                                "--name", "수원시", "--region", "41110", "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
    ASSERT_EQ(publish("처음").code, 0);
  }

  Outcome publish(const std::string& title) {
    return run_dure({"publish", "--data", data_, "--json", "-"}, service_titled(title));
  }
  /// `dure publish` under strace; `inject` is empty or a fault.
  Outcome traced(const std::string& title, const std::string& inject, std::vector<Event>& events) {
    const std::string trace = folder_.path("trace");
    auto words = strace_into(trace);
    if (!inject.empty()) words.insert(words.end(), {"-e", "inject=" + inject});
    words.insert(words.end(), {program_path(), "publish", "--data", data_, "--json",
                               folder_.file("entry.json", service_titled(title))});
    auto outcome = run_program(words);
    events = Trace(read_file(trace)).events();
    return outcome;
  }

  static std::vector<std::string> strace_into(const std::string& trace) {
    return {kStrace, "-f", "-y", "-qq", "-s", "4000", "-o", trace, "-e", kCalls};
  }

  static constexpr const char* kStrace = "/usr/bin/strace";
  TempFolder folder_;
  std::string data_ = folder_.path("node");
};

using Position = std::vector<Event>::const_iterator;

Position find(const std::vector<Event>& events, What what, const std::string& file) {
  return std::find_if(events.begin(), events.end(),
                      [&](const Event& e) { return e.what == what && e.file == file; });
}

/// Whether everything written to `file` before `end` was synced before it.
bool is_synced(const std::vector<Event>& events, Position end, const std::string& file) {
  bool clean = false;
  for (auto at = events.begin(); at != end; ++at) {
    if (at->file != file) continue;
    clean = at->what == What::kSyncDone;
  }
  return clean;
}

void expect_order(const std::vector<Event>& events) {
  const auto leaves = find(events, What::kWriteBegins, kLeaves);
  const auto head = find(events, What::kWriteBegins, kHead);
  const auto answer = find(events, What::kAnswer, "");
  ASSERT_NE(leaves, events.end()) << "nothing was written to node.db";
  ASSERT_NE(head, events.end()) << "the head lock was not written";
  ASSERT_NE(answer, events.end()) << "no receipt";
  EXPECT_LT(leaves - events.begin(), head - events.begin()) << "signed before anything was stored";
  EXPECT_TRUE(is_synced(events, head, kLeaves)) << "signed before the leaves were on disk";
  EXPECT_LT(head - events.begin(), answer - events.begin()) << "answered before the head lock";
  EXPECT_TRUE(is_synced(events, answer, kHead)) << "answered before the head was on disk";
}

TEST_F(OrderTest, LeavesAreSyncedBeforeTheHeadLockAndTheHeadLockBeforeTheReceipt) {
  std::vector<Event> events;
  const auto outcome = traced("둘째", "", events);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  expect_order(events);
}

TEST_F(OrderTest, TheSameInARunningNode) {
  const std::string trace = folder_.path("trace");
  {
    ServeProcess serve(data_, {}, strace_into(trace));
    ASSERT_FALSE(serve.url().empty());
    ASSERT_EQ(publish("둘째").code, 0);
    EXPECT_EQ(serve.stop(SIGTERM), 0);
  }
  expect_order(Trace(read_file(trace)).events());
}

// Such leaves can be read, but only the page cache has them: the next power cut may take them away
// from under a head signed over them.
TEST_F(OrderTest, LeavesThatADeadProcessDidNotSyncAreSyncedBeforeAHeadIsSigned) {
  bool signed_before = false;
  for (int when = 1; when < 20 && !signed_before && !HasFailure(); ++when) {
    const std::string title = "죽은 " + std::to_string(when);
    std::vector<Event> killed, next;
    const auto outcome =
        traced(title, "fdatasync,fsync:signal=KILL:when=" + std::to_string(when), killed);
    if (outcome.code == 0) break;  // fewer syncs than that
    signed_before = find(killed, What::kWriteBegins, kHead) != killed.end();
    const auto again = traced(title + " 다음", "", next);
    ASSERT_EQ(again.code, 0) << again.err;
    const auto head = find(next, What::kWriteBegins, kHead);
    ASSERT_NE(head, next.end());
    EXPECT_TRUE(is_synced(next, head, kLeaves)) << "after a kill at sync " << when;
  }
  EXPECT_TRUE(signed_before || HasFailure()) << "no kill came between the leaves and their head";
}

}  // namespace
}  // namespace dure::test
