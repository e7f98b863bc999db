// SPDX-License-Identifier: Apache-2.0
// The inbox over a store whose every write fails in both ways.
#include "inbox/inbox.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/memory_inbox.h"

namespace dure::node {
namespace {

constexpr char kReceipt[] = "mfrggzdfmztwq2lkmfrggzdfmy";

class InboxTest : public testing::Test {
 protected:
  InboxTest() : inbox_(ports()) {}
  InboxPorts ports() {
    InboxPorts ports;
    ports.store = &store_;
    ports.now = [this] { return now_; };
    ports.random = [this](std::span<std::uint8_t> out) {
      std::fill(out.begin(), out.end(), static_cast<std::uint8_t>(++drawn_));
    };
    ports.keep_days = 10;
    return ports;
  }
  MemoryInbox store_;
  std::int64_t now_ = 1'780'000'000;
  int drawn_ = 0;
  Inbox inbox_;
  const Telling telling_{TellingKind::kNeed, "", "밤에도 여는 약국이 필요합니다"};
};

TEST_F(InboxTest, EveryWriteThatFailsCanBeAskedForAgain) {
  for (const auto failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    store_.fail.arm(failure);
    EXPECT_EQ(inbox_.tell(telling_, kReceipt).error().code, ErrorCode::kStorage);
    ASSERT_TRUE(inbox_.tell(telling_, kReceipt));
    const auto number = inbox_.told(kReceipt)->number;
    EXPECT_EQ(inbox_.messages(true)->size(), 1U);

    store_.fail.arm(failure);
    EXPECT_EQ(inbox_.answer(number, "있습니다").error().code, ErrorCode::kStorage);
    ASSERT_TRUE(inbox_.answer(number, "있습니다"));
    EXPECT_EQ(inbox_.told(kReceipt)->answer, "있습니다");

    now_ += 11 * 24 * 60 * 60;
    store_.fail.arm(failure);
    EXPECT_EQ(inbox_.sweep().error().code, ErrorCode::kStorage);
    ASSERT_TRUE(inbox_.sweep());
    EXPECT_EQ(inbox_.told(kReceipt).error().code, ErrorCode::kNotFound);
  }
}

TEST_F(InboxTest, PublishingIsWrittenDownOnceWhateverFails) {
  ASSERT_TRUE(inbox_.tell(telling_, kReceipt));
  store_.fail.arm(Failure::kAfterWrite);
  EXPECT_FALSE(inbox_.published(1, "record"));
  EXPECT_TRUE(inbox_.published(1, "record"));
  EXPECT_EQ(inbox_.published(1, "other").error().text, "errors.inbox_decided");
  EXPECT_EQ(inbox_.undecided(1).error().code, ErrorCode::kConflict);
}

TEST_F(InboxTest, DecidesWithWordsAndOnlyOnce) {
  ASSERT_TRUE(inbox_.tell(telling_, kReceipt));
  EXPECT_EQ(inbox_.decline(1, " \n ").error().text, "errors.inbox_nothing_said");
  EXPECT_EQ(inbox_.decline(1, "\xFF").error().text, "errors.inbox_nothing_said");
  EXPECT_EQ(inbox_.decline(1, std::string(kMostAnswerBytes + 1, 'a')).error().text,
            "errors.inbox_too_long");
  EXPECT_EQ(inbox_.decline(2, "아니요").error().text, "errors.inbox_unknown");
  ASSERT_TRUE(inbox_.decline(1, "도에서 맡습니다"));
  EXPECT_EQ(inbox_.answer(1, "있습니다").error().text, "errors.inbox_decided");
}

TEST_F(InboxTest, KeepsWhatWaitsAndDeletesWhatWasDecidedLongAgo) {
  ASSERT_TRUE(inbox_.tell(telling_, kReceipt));
  now_ += std::int64_t{1000} * 24 * 60 * 60;
  EXPECT_EQ(*inbox_.sweep(), 0U);
  ASSERT_TRUE(inbox_.answer(1, "있습니다"));
  now_ += 10 * 24 * 60 * 60;
  EXPECT_EQ(*inbox_.sweep(), 0U);
  now_ += 1;
  EXPECT_EQ(*inbox_.sweep(), 1U);
}

}  // namespace
}  // namespace dure::node
