// SPDX-License-Identifier: Apache-2.0
// What the inbox needs from storage.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dure/encoding.h"
#include "dure/result.h"
#include "inbox/message.h"

namespace dure::node {

/// One telling on its way into the store.
struct Arrival {
  Telling telling;
  Hash receipt{};    // hash of the code under which its state can be read
  Hash digest{};     // equal for tellings that say the same
  std::string mark;  // for a new message
  std::int64_t time = 0;
};

/// Messages in a file of their own, never replicated. Threads: any. A write is on disk when it
/// returns; on kStorage it may or may not be, and asking again does it once.
class InboxStore {
 public:
  virtual ~InboxStore() = default;
  /// Keeps a telling, or adds its receipt to a waiting message that says the same. Doing it twice
  /// with one receipt changes nothing. Errors: kConflict (the receipt belongs to another telling),
  /// kUnavailable (`most` tellings wait already), kStorage.
  virtual Status take(const Arrival& arrival, std::uint64_t most) = 0;
  virtual Result<std::optional<Message>> find(const Hash& receipt) = 0;
  virtual Result<std::optional<Message>> message(std::uint64_t number) = 0;
  /// In the order in which they came; all, or those that wait.
  virtual Result<std::vector<Message>> messages(bool all) = 0;
  virtual Result<WaitingMessages> waiting() = 0;
  /// Deciding the same again changes nothing. Errors: kNotFound, kConflict (decided otherwise),
  /// kStorage.
  virtual Status decide(std::uint64_t number, const Decision& decision, std::int64_t time) = 0;
  /// Deletes what was decided before `time`, with its receipts, for good. Returns how many.
  virtual Result<std::uint64_t> forget(std::int64_t time) = 0;
};

}  // namespace dure::node
