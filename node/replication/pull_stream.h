// SPDX-License-Identifier: Apache-2.0
// Several workers fetch and verify bundles; one caller stores them in order, without waiting for
// each commit.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "replication/bundle_fetch.h"

namespace dure::node {

struct StreamOutcome {
  std::uint64_t entries = 0;  // durable
  std::uint64_t absent = 0;
  std::optional<Error> error;
};

/// Holds at most `window_bytes` of verified entries that wait for their turn, plus one bundle per
/// worker. Threads: run() once, from one thread; it starts and joins the workers, or does their
/// work itself if there are to be none.
class PullStream {
 public:
  PullStream(const TreePlan& plan, BundleFetcher& fetcher, MirrorStore& store, LogId log,
             const PullOptions& options, std::stop_token stop);

  /// Returns after the last commit. What was verified before an error, without gap, is stored.
  StreamOutcome run();

 private:
  class Commits;

  void work(std::size_t worker);
  bool work_once(std::size_t worker);
  std::optional<std::size_t> claim();
  void finish(std::size_t index, Result<FetchedBundle> fetched);
  std::optional<FetchedBundle> take_next();

  const TreePlan& plan_;
  BundleFetcher& fetcher_;
  MirrorStore& store_;
  const LogId log_;
  const PullOptions& options_;
  const std::stop_token stop_;
  const std::size_t items_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::size_t next_claim_ = 0;
  std::size_t next_store_ = 0;
  std::size_t working_ = 0;
  std::size_t waiting_bytes_ = 0;
  std::map<std::size_t, FetchedBundle> waiting_;
  std::optional<Error> error_;
};

}  // namespace dure::node
