// SPDX-License-Identifier: Apache-2.0
#include "replication/pull_tree.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <optional>

#include "replication/bounds.h"
#include "replication/bundle_verify.h"
#include "replication/fetch_tiles.h"
#include "replication/parallel.h"

namespace dure::node {
namespace {

using Task = std::function<Status(TileFetcher&)>;

/// Runs fetches against one location; the first error wins.
Status run_fetches(LocationPool& pool, std::size_t location, std::size_t workers,
                   const std::vector<Task>& tasks) {
  std::mutex mutex;  // guards failure
  std::optional<Error> failure;
  run_parallel(tasks.size(), workers, [&](std::size_t index, std::size_t worker) {
    {
      const std::lock_guard lock(mutex);
      if (failure) return;
    }
    auto source = pool.source(worker, location);
    Status done = ok();
    if (source) {
      TileFetcher fetcher(**source, pool.location(location).prefix, pool);
      done = tasks[index](fetcher);
    } else {
      done = std::move(source).error();
    }
    const std::lock_guard lock(mutex);
    if (!done && !failure) failure = std::move(done).error();
  });
  if (failure) return *failure;
  return ok();
}

/// Tasks that fetch the hashes of full bundles [first, end) into `roots`, one task for each level-1
/// tile.
void add_root_tasks(std::vector<Task>& tasks, std::uint64_t first, std::uint64_t end,
                    std::uint64_t size, std::vector<Hash>& roots) {
  roots.resize(end - first);
  for (std::uint64_t tile = first / kTileWidth; tile * kTileWidth < end; ++tile) {
    tasks.push_back([=, &roots](TileFetcher& fetcher) -> Status {
      const std::uint64_t base = tile * kTileWidth;
      const auto width = tile_width(size, 1, tile);
      const auto skip = static_cast<unsigned>(first > base ? first - base : 0);
      const auto hashes = fetcher.hashes(1, tile, width, skip);
      if (!hashes) return hashes.error();
      std::copy(hashes->begin(), hashes->end(),
                roots.begin() + static_cast<std::ptrdiff_t>(base + skip - first));
      return ok();
    });
  }
}

void add_leaf_task(std::vector<Task>& tasks, std::uint64_t bundle, unsigned width, unsigned skip,
                   std::uint64_t skip_bytes, std::vector<std::string>& out) {
  tasks.push_back([=, &out](TileFetcher& fetcher) -> Status {
    auto leaves = fetcher.leaves(bundle, width, skip, skip_bytes, /*compress=*/true);
    if (!leaves) return std::move(leaves).error();
    out = std::move(*leaves);
    return ok();
  });
}

unsigned bundle_width(std::uint64_t size, std::uint64_t bundle) {
  return tile_width(size, 0, bundle);
}

/// The whole tree's bundle roots and edges as this location shows them, starting from nothing.
struct WholeTree {
  std::vector<Hash> roots;
  std::vector<std::string> right;
  std::vector<std::string> ours;  // the whole bundle in which the stored entries end
};

/// Whether the whole tree, which must lead to the signed root, leaves no room for what is stored.
bool contradicts(const WholeTree& whole, const TreeBase& base, const Checkpoint& head) {
  const std::uint64_t full = head.size / kTileWidth;
  const std::uint64_t edge = base.range.size() / kTileWidth;
  const auto inside = static_cast<std::size_t>(base.range.size() % kTileWidth);
  CompactRange range, prefix;
  for (std::uint64_t bundle = 0; bundle < full; ++bundle) {
    if (bundle == edge) prefix = range;
    range.append_subtree(whole.roots[bundle], kTileHeight);
  }
  if (edge >= full) prefix = range;
  for (const auto& hash : hash_leaves(whole.right)) range.append(hash);
  if (range.root() != head.root) return false;
  const auto hashes = hash_leaves(whole.ours);
  if (inside != 0 && edge < full && tree_root(hashes) != whole.roots[edge]) return false;
  if (inside != 0 && edge >= full && whole.ours != whole.right) return false;
  for (std::size_t i = 0; i < inside; ++i) prefix.append(hashes[i]);
  return prefix.root() != base.range.root();
}

/// Called when the hashes did not lead to the head. Tells a location that sent rubbish from a log
/// that has two histories: only the tree's own hashes, complete and under the signed root, can
/// accuse the log.
Error explain_mismatch(LocationPool& pool, std::size_t location, std::size_t workers,
                       const TreeBase& base, const Checkpoint& head) {
  Error rubbish{ErrorCode::kBadProof, "the tree's hashes do not lead to the signed root"};
  if (head.size > kMaxEntriesPerPull) return rubbish;  // more than we are ready to hold to find out
  const std::uint64_t full = head.size / kTileWidth;
  const std::uint64_t edge = base.range.size() / kTileWidth;
  const bool inside = base.range.size() % kTileWidth != 0;
  WholeTree whole;
  std::vector<Task> tasks;
  add_root_tasks(tasks, 0, full, head.size, whole.roots);
  if (head.size % kTileWidth != 0)
    add_leaf_task(tasks, full, bundle_width(head.size, full), 0, 0, whole.right);
  if (inside) add_leaf_task(tasks, edge, bundle_width(head.size, edge), 0, 0, whole.ours);
  if (auto fetched = run_fetches(pool, location, workers, tasks); !fetched)
    return std::move(fetched).error();
  if (!contradicts(whole, base, head)) return rubbish;
  return Error{ErrorCode::kInconsistent,
               "the log's signed head does not extend the history stored here"};
}

}  // namespace

Result<TreePlan> verify_tree(LocationPool& pool, std::size_t location, std::size_t workers,
                             const TreeBase& base, const Checkpoint& head) {
  TreePlan plan;
  plan.from = base.range.size();
  plan.to = head.size;
  if (plan.to - plan.from > kMaxEntriesPerPull)
    return Error{ErrorCode::kTooLarge, "more new entries than one pull takes"};
  const std::uint64_t edge = plan.from / kTileWidth;
  const auto inside = static_cast<unsigned>(plan.from % kTileWidth);
  const std::uint64_t full = plan.to / kTileWidth;
  std::vector<Task> tasks;
  if (inside != 0) {
    add_leaf_task(tasks, edge, bundle_width(plan.to, edge), inside, base.edge_bytes, plan.left);
  }
  plan.first_bundle = inside != 0 ? edge + 1 : edge;
  if (full > plan.first_bundle)
    add_root_tasks(tasks, plan.first_bundle, full, plan.to, plan.bundle_roots);
  const bool ends_inside = plan.to % kTileWidth != 0 && full >= plan.first_bundle;
  if (ends_inside) add_leaf_task(tasks, full, bundle_width(plan.to, full), 0, 0, plan.right);
  if (auto fetched = run_fetches(pool, location, workers, tasks); !fetched)
    return std::move(fetched).error();

  CompactRange range = base.range;
  for (const auto& hash : hash_leaves(plan.left)) range.append(hash);
  for (const auto& root : plan.bundle_roots) range.append_subtree(root, kTileHeight);
  for (const auto& hash : hash_leaves(plan.right)) range.append(hash);
  if (range.size() == head.size && range.root() == head.root) return plan;
  return explain_mismatch(pool, location, workers, base, head);
}

}  // namespace dure::node
