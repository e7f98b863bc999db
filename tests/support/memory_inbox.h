// SPDX-License-Identifier: Apache-2.0
// An inbox store without a disk, whose writes can be made to fail.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "inbox/ports.h"
#include "support/failures.h"

namespace dure::node {

class MemoryInbox final : public InboxStore {
 public:
  FailNext fail;

  Status take(const Arrival& arrival, std::uint64_t most) override {
    return fail.around([&] { return keep(arrival, most); });
  }
  Result<std::optional<Message>> find(const Hash& receipt) override {
    const std::lock_guard lock(mutex_);
    const auto found = receipts_.find(receipt);
    if (found == receipts_.end()) return std::optional<Message>();
    return std::optional(told(*row(found->second)));
  }
  Result<std::optional<Message>> message(std::uint64_t number) override {
    const std::lock_guard lock(mutex_);
    const auto* found = row(number);
    return found == nullptr ? std::optional<Message>() : std::optional(told(*found));
  }
  Result<std::vector<Message>> messages(bool all) override {
    const std::lock_guard lock(mutex_);
    std::vector<Message> out;
    for (const auto& one : rows_) {
      if (all || one.message.state == MessageState::kWaiting) out.push_back(told(one));
    }
    return out;
  }
  Result<WaitingMessages> waiting() override {
    const std::lock_guard lock(mutex_);
    WaitingMessages out;
    for (const auto& one : rows_) {
      if (one.message.state != MessageState::kWaiting) continue;
      out.since = out.count == 0 ? one.message.received : std::min(out.since, one.message.received);
      ++out.count;
    }
    return out;
  }
  Status decide(std::uint64_t number, const Decision& decision, std::int64_t time) override {
    return fail.around([&]() -> Status {
      const std::lock_guard lock(mutex_);
      auto* found = row(number);
      if (found == nullptr) return Error{ErrorCode::kNotFound, "no such message"};
      Message& message = found->message;
      if (message.state != MessageState::kWaiting) {
        const Decision before{message.state, message.answer, message.record};
        return before == decision ? ok() : Status(Error{ErrorCode::kConflict, "decided"});
      }
      message.state = decision.state;
      message.answer = decision.answer;
      message.record = decision.record;
      message.decided = time;
      return ok();
    });
  }
  Result<std::uint64_t> forget(std::int64_t time) override {
    std::uint64_t gone = 0;
    auto done = fail.around([&] {
      const std::lock_guard lock(mutex_);
      const auto old = [&](const Row& one) {
        return one.message.decided > 0 && one.message.decided < time;
      };
      for (const auto& one : rows_) {
        if (!old(one)) continue;
        ++gone;
        std::erase_if(receipts_,
                      [&](const auto& receipt) { return receipt.second == one.message.number; });
      }
      std::erase_if(rows_, old);
      return ok();
    });
    if (!done) return done.error();
    return gone;
  }

 private:
  struct Row {
    Message message;
    Hash digest{};
    std::uint64_t times = 0;
  };
  Row* row(std::uint64_t number) {
    const auto found = std::find_if(rows_.begin(), rows_.end(),
                                    [&](const Row& one) { return one.message.number == number; });
    return found == rows_.end() ? nullptr : &*found;
  }
  static Message told(const Row& one) {
    Message message = one.message;
    message.times = one.times;
    return message;
  }
  Status keep(const Arrival& arrival, std::uint64_t most) {
    const std::lock_guard lock(mutex_);
    if (const auto known = receipts_.find(arrival.receipt); known != receipts_.end()) {
      if (row(known->second)->message.telling == arrival.telling) return ok();
      return Error{ErrorCode::kConflict, "another telling"};
    }
    std::uint64_t waiting = 0;
    Row* same = nullptr;
    for (auto& one : rows_) {
      if (one.message.state != MessageState::kWaiting) continue;
      waiting += one.times;
      if (same == nullptr && one.digest == arrival.digest) same = &one;
    }
    if (waiting >= most) return Error{ErrorCode::kUnavailable, "full"};
    if (same == nullptr) {
      Message message;
      message.number = ++last_;
      message.telling = arrival.telling;
      message.mark = arrival.mark;
      message.received = arrival.time;
      rows_.push_back({std::move(message), arrival.digest, 0});
      same = &rows_.back();
    }
    receipts_[arrival.receipt] = same->message.number;
    ++same->times;
    return ok();
  }

  std::mutex mutex_;  // guards the rest
  std::vector<Row> rows_;
  std::map<Hash, std::uint64_t> receipts_;
  std::uint64_t last_ = 0;
};

}  // namespace dure::node
