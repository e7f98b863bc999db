// SPDX-License-Identifier: Apache-2.0
// What is only busy for a moment is waited for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "http/server.h"
#include "http/transport.h"
#include "integration/dure_process.h"

namespace dure::test {
namespace {

using nlohmann::json;
using node::http::UniqueFd;
using ::testing::HasSubstr;

class WaitingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built: DURE_PROGRAM is empty";
    const auto made = run_dure({"init", "--data", data_, "--origin", "suwon.go.kr/dure/1", "--name",
                                "수원시", "--region", "41110", "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  TempFolder folder_;
  std::string data_ = folder_.path("a");
};

TEST_F(WaitingTest, AStartingNodeWaitsForACommandThatHoldsTheFolder) {
  const auto path = folder_.file("a/lock", "");
  const UniqueFd lock(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(::flock(lock.get(), LOCK_EX), 0);
  const UniqueFd tries(::inotify_init1(IN_CLOEXEC));
  ASSERT_GE(::inotify_add_watch(tries.get(), path.c_str(), IN_OPEN), 0);
  std::thread command([&] {
    // Let go when the node has come back: after its second look at the lock.
    std::size_t opened = 0;
    pollfd waiting{tries.get(), POLLIN, 0};
    while (opened < 2 && ::poll(&waiting, 1, 20'000) > 0) {
      inotify_event event{};
      if (::read(tries.get(), &event, sizeof event) != sizeof event) break;
      ++opened;
    }
    ::flock(lock.get(), LOCK_UN);
  });
  const ServeProcess node(data_);
  command.join();
  EXPECT_NE(node.url(), "");
}

// A node that has stored what its catalogue does not show until it was asked three times.
TEST_F(WaitingTest, ASearchWaitsForTheCatalogueToCatchUp) {
  std::atomic<int> searches{0};
  node::http::ServerOptions options;
  options.control_socket = data_ + "/control.sock";
  const auto server = node::http::Server::start(options, [&](const node::http::Request& request) {
    if (request.path == "/healthz") return node::http::make_response(200, "text/plain", "ok");
    const bool found = ++searches == 3;
    json page = {{"matched", found ? 1 : 0},
                 {"total", found ? 7 : 0},
                 {"indexed", found ? 7 : 0},
                 {"stored", 7},
                 {"entries", json::array()}};
    if (found)
      page["entries"].push_back({{"id", "x"}, {"title", {{"ko", "쉼터"}}}, {"type", "service"}});
    return node::http::make_response(200, "application/json", page.dump());
  });
  ASSERT_TRUE(server) << server.error().detail;
  const auto outcome = run_dure({"search", "--data", data_, "쉼터"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("쉼터"));
  EXPECT_EQ(searches, 3);
}

}  // namespace
}  // namespace dure::test
