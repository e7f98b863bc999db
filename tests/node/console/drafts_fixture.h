// SPDX-License-Identifier: Apache-2.0
// Drafts over a store in memory and a log that can lose its answer or refuse.
#pragma once

#include <gtest/gtest.h>

#include "console/drafts.h"
#include "support/memory_console.h"

namespace dure::node {

inline constexpr char kBody[] = R"({"title":{"ko":"골목 주차"}})";

class DraftsTest : public testing::Test {
 protected:
  DraftsTest() : drafts_(ports()) {}
  DraftsPorts ports() {
    DraftsPorts ports;
    ports.store = &store_;
    ports.now = [this] { return now_; };
    ports.check = [](std::string_view type, std::string_view body) {
      std::vector<EntryFault> faults;
      if (type == kWithdrawal) {
        // As the schema has it.
        if (body == R"({"reason":""})" || body.size() > 1013)
          faults.push_back({FaultSeverity::kError, "/reason", "", "schema.fault.too-long"});
        return faults;
      }
      if (body.find("title") == std::string_view::npos)
        faults.push_back({FaultSeverity::kError, "/title", "", "schema.fault.missing"});
      return faults;
    };
    ports.record = [](std::string_view id) -> Result<PresentRecord> {
      if (id != "known") return Error{ErrorCode::kNotFound, "no such record"};
      return PresentRecord{"practice", 4, kBody};
    };
    ports.standing = [this](std::string_view id) -> Result<StandingRecord> {
      if (id != "known") return Error{ErrorCode::kNotFound, "no such record"};
      return standing_;
    };
    ports.publish = [this](Submission submission) { return publish(std::move(submission)); };
    ports.erase = [this](const ErasureWish& wish) { return erase(wish); };
    ports.log_size = [this] { return log_.size(); };
    ports.entry = [this](std::uint64_t index) -> Result<LogEntry> { return log_.at(index); };
    ports.alone = [this]() -> Result<bool> { return alone_; };
    return ports;
  }
  Result<Receipt> publish(Submission submission) {
    if (refuse_) return Error{*refuse_, "no"};
    const bool lost = std::exchange(lose_answer_, false);
    submitted_ = submission;
    const std::string id = submission.id.value_or("new" + std::to_string(log_.size()));
    log_.push_back({submission.type, id, submission.body,
                    submission.expected_rev ? *submission.expected_rev + 1 : 1});
    if (lost) return Error{ErrorCode::kStorage, "unanswered"};
    Receipt receipt;
    receipt.id = id;
    receipt.rev = log_.back().rev;
    receipt.index = log_.size() - 1;
    return receipt;
  }
  Status erase(const ErasureWish& wish) {
    if (refuse_) return Error{*refuse_, "no"};
    ++erase_calls_;
    wish_ = wish;
    standing_.erased = true;
    standing_.titles.clear();
    if (std::exchange(lose_answer_, false)) return Error{ErrorCode::kStorage, "unanswered"};
    return ok();
  }
  Draft in_review(const std::string& author = "kim") {
    auto draft = drafts_.begin(author, "practice", kBody);
    draft = drafts_.submit(author, draft->number, draft->version);
    EXPECT_TRUE(draft);
    return *draft;
  }
  MemoryConsole store_;
  std::int64_t now_ = 100;
  bool alone_ = false, lose_answer_ = false;
  StandingRecord standing_{
      4, /*withdrawn=*/false, /*readable=*/true, /*erased=*/false, {"골목 주차", "Alley parking"}};
  ErasureWish wish_;
  int erase_calls_ = 0;
  std::optional<ErrorCode> refuse_;
  std::vector<LogEntry> log_;
  Submission submitted_;
  Drafts drafts_;
};

}  // namespace dure::node
