// SPDX-License-Identifier: Apache-2.0
// One bundle of a proven tree: from the plan to entries that may be stored.
#pragma once

#include "replication/bundle_verify.h"
#include "replication/encoding_choice.h"
#include "replication/pull_tree.h"

namespace dure::node {

/// One bundle, or the part of it that is new.
struct WorkItem {
  std::uint64_t first = 0;
  std::size_t count = 0;
  const std::vector<std::string>* leaves = nullptr;  // proven already
  const Hash* root = nullptr;                        // or: what the full bundle must hash to
};

std::size_t count_items(const TreePlan& plan);
WorkItem item_at(const TreePlan& plan, std::size_t index);

struct FetchedBundle {
  VerifiedBundle bundle;
  std::size_t bytes = 0;   // of leaves and bodies
  std::size_t absent = 0;  // entries without a body
};

/// Fetches and verifies one item, from the worker's first usable location that has it right.
/// Errors: kInvalid (the log itself breaks a rule), kUnsupported (a leaf of a later version), else
/// why the last location failed. Threads: any; one per worker.
class BundleFetcher {
 public:
  BundleFetcher(LocationPool& pool, std::uint64_t tree_size, EncodingChoice& encoding,
                SteadyClock clock)
      : pool_(pool), tree_size_(tree_size), encoding_(encoding), clock_(std::move(clock)) {}

  Result<FetchedBundle> fetch(const WorkItem& item, std::size_t worker);

 private:
  Result<FetchedBundle> fetch_from(const WorkItem& item, std::size_t worker, std::size_t location);
  Result<std::vector<MirroredEntry>> bodies_from(const ProvenLeaves& proven, std::size_t worker,
                                                 std::size_t location, bool compress);
  void ask_others_for_absent(const ProvenLeaves& proven, std::size_t worker, std::size_t location,
                             std::vector<MirroredEntry>& entries);
  bool knows_origin() const;
  static void fill_absent(std::vector<MirroredEntry>& entries, std::vector<MirroredEntry>& there);

  LocationPool& pool_;
  const std::uint64_t tree_size_;
  EncodingChoice& encoding_;
  const SteadyClock clock_;
};

}  // namespace dure::node
