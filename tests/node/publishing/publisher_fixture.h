// SPDX-License-Identifier: Apache-2.0
// A publisher over fakes: counted randomness, a fixed clock, failures on demand.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "publishing/publisher.h"
#include "support/memory_head_lock.h"
#include "support/memory_own_log.h"
#include "support/sample_entries.h"

namespace dure::node {

class PublisherFixture : public testing::Test {
 protected:
  void start() {
    publisher_.reset();
    const std::vector<VerifierKey> keys{signer_->verifier()};
    auto recovered = recover({kTestOrigin, keys, {}}, log_, lock_, log_.nodes());
    ASSERT_TRUE(recovered) << recovered.error().detail;
    auto surroundings = ports();
    surroundings.on_head = on_head_;
    publisher_ = Publisher::start(std::move(surroundings), std::move(*recovered));
  }
  PublisherPorts ports() {
    return {kTestOrigin,
            &log_,
            &lock_,
            signer_.get(),
            [this] { return now_.load(); },
            [this](std::span<std::uint8_t> out) {
              const std::uint64_t number = ++random_;
              for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = static_cast<std::uint8_t>((number >> (8 * (i % 8))) + i / 8);
            }};
  }
  Publisher& publisher() { return *publisher_; }

  static Submission service(const std::string& text, const std::string& source = "") {
    Submission submission;
    submission.type = "service";
    submission.body = R"({"title":{"ko":")" + text + R"("}})";
    submission.source = source;
    return submission;
  }
  static Submission revision(const std::string& id, const std::string& text) {
    Submission submission = service(text);
    submission.id = id;
    return submission;
  }
  /// Every head ever locked is signed by us, larger than the one before, and the head of a prefix
  /// of the leaves.
  void expect_one_history() {
    std::vector<Hash> leaves;
    for (const auto& entry : log_.entries()) leaves.push_back(hash_leaf(entry.leaf));
    const std::vector<VerifierKey> keys{signer_->verifier()};
    std::int64_t last = -1;
    for (const std::string& note : lock_.history()) {
      const auto head = open_checkpoint(note, kTestOrigin, keys);
      ASSERT_TRUE(head) << head.error().detail;
      const auto size = head->checkpoint.size;
      ASSERT_GT(static_cast<std::int64_t>(size), last);
      last = static_cast<std::int64_t>(size);
      ASSERT_LE(size, leaves.size());
      EXPECT_EQ(head->checkpoint.root, naive_root(std::span<const Hash>(leaves).first(size)));
    }
  }
  std::uint64_t locked_size() {
    const std::vector<VerifierKey> keys{signer_->verifier()};
    return open_checkpoint(**lock_.head(), kTestOrigin, keys)->checkpoint.size;
  }

  MemoryOwnLog log_;
  MemoryHeadLock lock_;
  std::unique_ptr<Signer> signer_ = test_signer();
  std::atomic<std::int64_t> now_{1'795'338'000};  // 2026-11-22T09:00:00Z
  std::atomic<std::uint64_t> random_{0};
  std::function<void(const SignedCheckpoint&)> on_head_;
  std::unique_ptr<Publisher> publisher_;  // last: stops first
};

}  // namespace dure::node
