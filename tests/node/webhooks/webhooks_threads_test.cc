// SPDX-License-Identifier: Apache-2.0
// With threads and the real clock: one that hangs holds up nobody, and all end at once.
#include <gtest/gtest.h>

#include <condition_variable>
#include <thread>

#include "webhooks_fixture.h"

namespace dure::node {
namespace {

/// Answers nothing until the node stops, as a real carrier would.
class HungCarrier final : public HookCarrier {
 public:
  HungCarrier(std::stop_token stop, std::atomic<int>& hanging)
      : stop_(std::move(stop)), hanging_(hanging) {}
  Result<HookAnswer> post(const HookPost&) override {
    ++hanging_;
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stop_, [] { return false; });
    return Error{ErrorCode::kUnavailable, "stopped"};
  }

 private:
  std::stop_token stop_;
  std::atomic<int>& hanging_;
};

class WebhookThreadsTest : public WebhooksTest {
 protected:
  WebhookThreadsTest() {
    auto real = ports();
    real.clock = std::chrono::steady_clock::now;
    real.stopping = [this] { return node_.stop_requested(); };
    real.open = [this](const std::string& url) -> Result<std::unique_ptr<HookCarrier>> {
      if (url == "http://hung.example")
        return std::unique_ptr<HookCarrier>(
            std::make_unique<HungCarrier>(node_.get_token(), hanging_));
      return std::unique_ptr<HookCarrier>(std::make_unique<FakeCarrier>(receivers_[url]));
    };
    (void)receivers_[kUrl];
    hooks_ = std::make_unique<Webhooks>(std::vector<std::string>{"http://hung.example", kUrl},
                                        std::move(real), options_);
    hooks_->begin();
    for (std::size_t i = 0; i < 2; ++i) {
      threads_.emplace_back([this, i](const std::stop_token& stop) { hooks_->work(i, stop); });
    }
  }
  ~WebhookThreadsTest() override { end(); }
  void end() {
    node_.request_stop();
    threads_.clear();
  }
  template <class Condition>
  static bool soon(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::yield();
    }
    return true;
  }

  std::stop_source node_;
  std::atomic<int> hanging_{0};
  std::vector<std::jthread> threads_;
};

TEST_F(WebhookThreadsTest, OneThatHangsHoldsUpNobodyAndTheNodeEnds) {
  changes_.add("a");
  hooks_->wake();
  EXPECT_TRUE(soon([&] { return receiver().told().size() == 1 && hanging_ == 1; }));
  changes_.add("b");
  hooks_->wake();
  EXPECT_TRUE(soon([&] { return receiver().told().size() == 2; }));
  EXPECT_EQ(hooks_->report()[0].state, HookState::kSending);
  end();
  EXPECT_EQ(hooks_->report()[0].failures, 0U);
  EXPECT_EQ(disk_.text,
            "3f2a-0 http://hung.example\n"
            "3f2a-2 http://portal.example/dure\n");
}

TEST_F(WebhookThreadsTest, AStoppedOneWaitsForResume) {
  receiver().will({{Fate::kTaken, {410, {}}}});
  changes_.add("a");
  hooks_->wake();
  EXPECT_TRUE(soon([&] { return hooks_->report()[1].state == HookState::kStopped; }));
  hooks_->resume();
  EXPECT_TRUE(soon([&] { return hooks_->report()[1].state == HookState::kIdle; }));
  EXPECT_EQ(receiver().told().size(), 2U);
}

}  // namespace
}  // namespace dure::node
