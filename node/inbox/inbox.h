// SPDX-License-Identifier: Apache-2.0
// The town's inbox: citizens tell, people at the town decide. Nothing in it is public before that.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "inbox/ports.h"
#include "inbox/question.h"

namespace dure::node {

inline constexpr std::uint64_t kMostWaiting = 1000;        // tellings, all messages together
inline constexpr std::size_t kMostAnswerBytes = 8 * 1024;  // of an answer or a reason

struct InboxPorts {
  InboxStore* store = nullptr;        // outlives the inbox
  std::function<std::int64_t()> now;  // POSIX seconds
  QuestionBook::Random random;
  std::int64_t keep_days = 180;  // after the decision
};

/// Threads: any.
class Inbox {
 public:
  explicit Inbox(InboxPorts ports);

  const QuestionBook& questions() const { return questions_; }

  /// Keeps `telling`, whose state can then be read under `receipt`. Errors: kConflict (that receipt
  /// stands for another telling), kUnavailable (too many wait), kStorage (it may have been kept;
  /// telling it again does not keep it twice).
  Status tell(const Telling& telling, std::string_view receipt);
  /// What became of it. Errors: kNotFound, kStorage.
  Result<Message> told(std::string_view receipt);

  Result<std::vector<Message>> messages(bool all);
  Result<WaitingMessages> waiting() { return ports_.store->waiting(); }
  /// Errors: kNotFound.
  Result<Message> message(std::uint64_t number);
  /// The message, if it waits for a decision. Errors: kNotFound, kConflict (it was decided).
  Result<Message> undecided(std::uint64_t number);
  /// Whether `words` can be an answer or a reason. Errors: kInvalid (nothing said, too long, not
  /// UTF-8).
  static Status check_words(std::string_view words);
  /// Errors: as check_words(); kNotFound, kConflict, kStorage.
  Status answer(std::uint64_t number, std::string_view text);
  Status decline(std::uint64_t number, std::string_view reason);
  /// Writes down which record the proposal became. Errors: kNotFound, kConflict, kStorage.
  Status published(std::uint64_t number, const std::string& record);

  /// Held by whoever decides with more than one step: see InboxDesk.
  std::mutex& deciding() { return deciding_; }

  /// Deletes what was decided long enough ago. Returns how many.
  Result<std::uint64_t> sweep();

 private:
  Status decide(std::uint64_t number, Decision decision);

  const InboxPorts ports_;
  const QuestionBook questions_;
  std::mutex deciding_;
};

}  // namespace dure::node
