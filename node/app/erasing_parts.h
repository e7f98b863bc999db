// SPDX-License-Identifier: Apache-2.0
// Erasing as part of a node: opened before anything is served, finished and asked about behind it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>

#include "dure/result.h"

namespace dure::node {

struct NodeParts;

/// Tells the erasing thread that there may be something to do. Threads: any.
class Bell {
 public:
  void ring();
  /// Until rung, stopped, or `longest` has passed.
  void wait(const std::stop_token& stop, std::chrono::milliseconds longest);

 private:
  std::mutex mutex_;  // guards rung_
  std::condition_variable_any changed_;
  bool rung_ = false;
};

/// Opens the journal, applies it, and puts the erasing log and mirrors in front of the stored ones.
/// Store and catalogue are open, nothing is served yet. Errors: kStorage, kMalformed, kRefused.
Status open_erasing(NodeParts& node);
/// Asks peers for receipts. The peers can be reached. Errors: kStorage.
Status open_receipts(NodeParts& node);

/// Finishes what binds by now; what fails is logged and tried again later.
Status finish_erasing(NodeParts& node);
/// The same behind a serving node, again and again until `stop`, and collects receipts.
void run_erasing(NodeParts& node, const std::stop_token& stop);

struct EraseWish {
  std::string id, reason;
  std::uint64_t rev = 0;       // only this revision; 0: all
  std::uint64_t last_rev = 0;  // and those before it; 0: whatever there is
  std::string account = "-";   // of the console; "-": the command line
};

/// Erases revisions of a record of the own log and of those it goes on with, and what drafts of the
/// console say of it. Returns JSON
/// {"id","reason","erased":[{"rev","index","eraseIndex"}],"already","finished","peers"}, with
/// "origin" where a revision stands in a sealed log that this one goes on with.
/// Errors: kInvalid (id, reason), kNotFound (record, revision), and the publisher's.
Result<std::string> erase_record(NodeParts& node, const EraseWish& wish);
/// JSON of what the own log erased (of record `id`, if that is not empty) and which peers have
/// answered. Errors: kStorage.
Result<std::string> erasure_report(NodeParts& node, const std::string& id);

}  // namespace dure::node
