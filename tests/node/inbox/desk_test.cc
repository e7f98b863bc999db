// SPDX-License-Identifier: Apache-2.0
// Deciding over a store and a log that fail in both ways: a proposal is published once, and nobody
// is answered about what is public already.
#include "inbox/desk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <utility>

#include "inbox/proposal.h"
#include "support/memory_inbox.h"

namespace dure::node {
namespace {

constexpr char kReceipt[] = "mfrggzdfmztwq2lkmfrggzdfmy";

class InboxDeskTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(inbox_.tell({TellingKind::kNeed, "", "밤에도 여는 약국이 필요합니다"}, kReceipt));
    source_ = proposal_source(inbox_.message(1)->mark);
  }
  InboxPorts inbox_ports() {
    InboxPorts ports;
    ports.store = &store_;
    ports.now = [] { return std::int64_t{1'780'000'000}; };
    ports.random = [this](std::span<std::uint8_t> out) {
      std::fill(out.begin(), out.end(), static_cast<std::uint8_t>(++drawn_));
    };
    return ports;
  }
  InboxDeskPorts desk_ports() {
    InboxDeskPorts ports;
    ports.inbox = &inbox_;
    ports.find_by_source = [this](std::string_view source) -> Result<std::optional<std::string>> {
      const auto found = log_.find(std::string(source));
      return found == log_.end() ? std::nullopt : std::optional(found->second);
    };
    ports.publish = [this](const Submission& entry) -> Result<Receipt> {
      Receipt receipt;
      receipt.unchanged = log_.contains(entry.source);
      log_.try_emplace(entry.source, "record" + std::to_string(log_.size()));
      receipt.id = log_[entry.source];
      if (std::exchange(lose_answer_, false)) return Error{ErrorCode::kStorage, "unanswered"};
      return receipt;
    };
    return ports;
  }
  Submission proposal(const std::string& source) const {
    Submission entry;
    entry.type = "proposal";
    entry.source = source;
    return entry;
  }
  MemoryInbox store_;
  int drawn_ = 0;
  Inbox inbox_{inbox_ports()};
  std::map<std::string, std::string> log_;  // record by source
  bool lose_answer_ = false;
  InboxDesk desk_{desk_ports()};
  std::string source_;
};

TEST_F(InboxDeskTest, ANewEntryWhoseSourceNamesAMessageIsItsProposal) {
  const auto receipt = desk_.publish(proposal(source_));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(inbox_.message(1)->state, MessageState::kPublished);
  EXPECT_EQ(inbox_.message(1)->record, receipt->id);
  EXPECT_EQ(desk_.publish(proposal(source_)).error().code, ErrorCode::kConflict)
      << "a second draft of the same message";
  Submission revision = proposal(source_);
  revision.id = receipt->id;
  EXPECT_TRUE(desk_.publish(revision)) << "but what is public can be revised";
}

TEST_F(InboxDeskTest, EverythingElseIsPublishedAsItIs) {
  for (const char* source : {"", "gov24:1", "inbox:aaaaaaaaaaaaaaaaaaaaaaaaaa"})
    EXPECT_TRUE(desk_.publish(proposal(source))) << source;
  EXPECT_EQ(inbox_.message(1)->state, MessageState::kWaiting);
}

TEST_F(InboxDeskTest, WhatWasDecidedIsNotPublished) {
  ASSERT_TRUE(desk_.answer(1, "있습니다"));
  EXPECT_EQ(desk_.publish(proposal(source_)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(desk_.publish(1, proposal(source_)).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(log_.empty());
}

class InboxDeskFailureTest : public InboxDeskTest, public testing::WithParamInterface<int> {};

TEST_P(InboxDeskFailureTest, WhateverFailsItIsPublishedOnceAndWrittenDown) {
  const int what = GetParam();
  if (what == 0) lose_answer_ = true;
  if (what == 1) store_.fail.arm(Failure::kBeforeWrite);
  if (what == 2) store_.fail.arm(Failure::kAfterWrite);
  EXPECT_EQ(desk_.publish(proposal(source_)).error().code, ErrorCode::kStorage);
  ASSERT_EQ(log_.size(), 1U);
  if (what < 2) {
    EXPECT_EQ(desk_.answer(1, "아직").error().text, "errors.inbox_published_already");
    EXPECT_EQ(desk_.decline(1, "아니").error().text, "errors.inbox_published_already");
  }
  ASSERT_TRUE(desk_.published(source_, log_[source_]));
  ASSERT_TRUE(desk_.published(source_, log_[source_])) << "twice is once";
  EXPECT_EQ(inbox_.message(1)->record, log_[source_]);
  EXPECT_EQ(log_.size(), 1U);
}
INSTANTIATE_TEST_SUITE_P(All, InboxDeskFailureTest, testing::Values(0, 1, 2));

TEST_F(InboxDeskTest, WritesDownNothingForASourceThatIsNoMessage) {
  EXPECT_TRUE(desk_.published("gov24:1", "record"));
  EXPECT_TRUE(desk_.published("", "record"));
  EXPECT_EQ(inbox_.message(1)->state, MessageState::kWaiting);
}

}  // namespace
}  // namespace dure::node
