// SPDX-License-Identifier: Apache-2.0
// A log key that is away for a while, as one in a token can be: what waits for a head gets it
// without anybody publishing again.
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "node/publishing/publisher_fixture.h"

namespace dure::node {
namespace {

/// Signs with another's key unless it is away.
class TokenSigner final : public Signer {
 public:
  explicit TokenSigner(std::unique_ptr<Signer> key) : key_(std::move(key)) {}
  const VerifierKey& verifier() const override { return key_->verifier(); }
  Result<Bytes> sign(std::string_view message) const override {
    ++asked;
    if (away > 0) {
      --away;
      return Error{ErrorCode::kUnavailable, "the token is gone"};
    }
    return key_->sign(message);
  }

  mutable std::atomic<int> away{0};  // so many times
  mutable std::atomic<int> asked{0};

 private:
  std::unique_ptr<Signer> key_;
};

class PublisherRetryTest : public PublisherFixture {
 protected:
  void SetUp() override {
    auto token = std::make_unique<TokenSigner>(std::move(signer_));
    token_ = token.get();
    signer_ = std::move(token);
    on_head_ = [this](const SignedCheckpoint& head) {
      const std::lock_guard lock(mutex_);
      size_ = head.checkpoint.size;
      told_.notify_all();
    };
  }
  bool covered(std::uint64_t size) {
    std::unique_lock lock(mutex_);
    return told_.wait_for(lock, std::chrono::seconds(30), [&] { return size_ == size; });
  }

  TokenSigner* token_ = nullptr;
  std::mutex mutex_;
  std::condition_variable told_;
  std::optional<std::uint64_t> size_;
};

TEST_F(PublisherRetryTest, AnEntryThatWasNotSignedIsSignedLaterByItself) {
  ASSERT_NO_FATAL_FAILURE(start());
  ASSERT_TRUE(publisher().publish(service("before")));
  token_->away = 2;
  const auto unsigned_yet = publisher().publish(service("x", "s:x"));
  ASSERT_FALSE(unsigned_yet);
  EXPECT_EQ(unsigned_yet.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(publisher().signed_size(), 1U);
  EXPECT_TRUE(covered(2)) << "nobody published anything more";
  EXPECT_FALSE(publisher().quarantine());
  EXPECT_TRUE(publisher().publish(service("x", "s:x"))->unchanged) << "it was kept, once";
  expect_one_history();
}

TEST_F(PublisherRetryTest, SoIsTheFirstHeadOfALog) {
  token_->away = 1;
  ASSERT_NO_FATAL_FAILURE(start());
  EXPECT_TRUE(covered(0));
}

TEST_F(PublisherRetryTest, ItIsNotTriedInVain) {
  ASSERT_NO_FATAL_FAILURE(start());
  ASSERT_TRUE(covered(0));
  token_->away = 1;
  ASSERT_FALSE(publisher().publish(service("x")));
  EXPECT_TRUE(covered(1));
  const int asked = token_->asked;
  ASSERT_TRUE(publisher().publish(service("y")));
  EXPECT_EQ(token_->asked, asked + 1) << "one head, one signature";
  // Stopped for good, nothing is tried any more.
  token_->away = 1'000'000;
  ASSERT_FALSE(publisher().publish(service("z")));
  publisher().stop_signing({ErrorCode::kQuarantined, "a twin", "recovery.twin"});
  publisher_.reset();
  EXPECT_EQ(locked_size(), 2U);
}

TEST_F(PublisherRetryTest, ClosingDoesNotWaitForTheKey) {
  token_->away = 1'000'000;
  ASSERT_NO_FATAL_FAILURE(start());
  EXPECT_FALSE(publisher().publish(service("x")));
  publisher_.reset();  // would hang
  EXPECT_EQ(log_.size(), 1U);
}

}  // namespace
}  // namespace dure::node
