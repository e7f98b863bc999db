// SPDX-License-Identifier: Apache-2.0
// The thread that folds what the logs gained into the catalogue, behind publishing and replication
// and never in their way.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/ports.h"
#include "replication/ports.h"

namespace dure::node {

struct IndexProgress {
  std::string origin;
  std::uint64_t indexed = 0;
  std::uint64_t stored = 0;
};

struct IndexerCounters {
  std::uint64_t folded = 0, unknown_type = 0, invalid = 0, not_public = 0, failures = 0;
};

struct IndexerOptions {
  std::size_t batch_entries = 4000;
  std::size_t batch_bytes = 6 << 20;           // of folded text; two batches are held at a time
  std::function<void(const Error&)> on_error;  // called from the thread; may be empty
  std::function<void()> on_start;              // the thread's first act; may be empty
  // Called after each batch that was applied; must be cheap. May be empty.
  std::function<void()> on_folded;
  // True while verified entries wait to be stored: a batch then waits for them, `patience` at most.
  // May be empty.
  std::function<bool()> others_first;
  std::chrono::milliseconds patience{2000};
  // Entries of a log from this index on are not folded, and taken out again if they were. Quick;
  // call wake() when its answer changes. May be empty: everything.
  std::function<std::uint64_t(std::string_view origin)> shown_until;
  // The line of a log (CatalogueStore::set_lines). As shown_until. May be empty: each its own.
  std::function<std::string(std::string_view origin)> line_of;
};

/// Threads: any; the folding itself happens on one own thread, or in run_once.
class Indexer {
 public:
  Indexer(CatalogueStore& catalogue, LogReader& logs, IndexerOptions options = {});
  ~Indexer();  // stop()
  Indexer(const Indexer&) = delete;
  Indexer& operator=(const Indexer&) = delete;

  void start();
  /// After the running batch. start() may follow.
  void stop();
  /// Says that a log may have grown. Cheap; never blocks on the folding.
  void wake();

  /// Folds everything that is there now, in the caller's thread; for programs that do not start the
  /// thread.
  Status run_once();
  /// Folds the log `origin` from its beginning, whatever was folded of it: its history is another
  /// one now. Returns at once; waits for nothing.
  void fold_again(const std::string& origin);
  /// Forgets the catalogue and folds all logs from their beginning. With the thread running it only
  /// asks for that.
  Status rebuild();

  /// Returns once everything stored at the time of the call is folded, or false after `timeout_ms`.
  bool wait_until_idle(std::uint64_t timeout_ms);

  Result<std::vector<IndexProgress>> progress();
  IndexerCounters counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dure::node
