// SPDX-License-Identifier: Apache-2.0
#include "replication/bundle_fetch.h"

#include "replication/body_fetch.h"
#include "replication/bundle_verify.h"

namespace dure::node {
namespace {

FetchedBundle assemble(ProvenLeaves proven, std::vector<MirroredEntry> entries) {
  FetchedBundle out;
  out.absent = count_absent(proven, entries);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].leaf = std::move(proven.leaves[i]);
    out.bytes += entries[i].leaf.size() + entries[i].body.size();
  }
  out.bundle.first = proven.first;
  out.bundle.entries = std::move(entries);
  out.bundle.leaf_hashes = std::move(proven.hashes);
  return out;
}

Result<ProvenLeaves> proven_leaves(TileFetcher& fetcher, const WorkItem& item, bool compress) {
  if (item.leaves != nullptr) return read_proven(item.first, *item.leaves);
  auto leaves = fetcher.leaves(item.first / kTileWidth, kTileWidth, 0, 0, compress);
  if (!leaves) return std::move(leaves).error();
  return prove_bundle(item.first, std::move(*leaves), *item.root);
}

}  // namespace

std::size_t count_items(const TreePlan& plan) {
  return (plan.left.empty() ? 0U : 1U) + plan.bundle_roots.size() + (plan.right.empty() ? 0U : 1U);
}

WorkItem item_at(const TreePlan& plan, std::size_t index) {
  if (!plan.left.empty()) {
    if (index == 0) return {plan.from, plan.left.size(), &plan.left, nullptr};
    --index;
  }
  const std::uint64_t first = (plan.first_bundle + index) * kTileWidth;
  if (index < plan.bundle_roots.size())
    return {first, kTileWidth, nullptr, &plan.bundle_roots[index]};
  return {first, plan.right.size(), &plan.right, nullptr};
}

Result<FetchedBundle> BundleFetcher::fetch(const WorkItem& item, std::size_t worker) {
  for (const std::size_t location : pool_.usable(worker)) {
    auto fetched = fetch_from(item, worker, location);
    if (fetched) {
      pool_.succeeded(location);
      return fetched;
    }
    if (is_log_fault(fetched.error())) return fetched;
    pool_.failed(location, fetched.error());
  }
  return pool_.last_error();
}

Result<FetchedBundle> BundleFetcher::fetch_from(const WorkItem& item, std::size_t worker,
                                                std::size_t location) {
  const bool compress = encoding_.next();
  const auto begin = clock_();
  auto source = pool_.source(worker, location);
  if (!source) return std::move(source).error();
  TileFetcher fetcher(**source, pool_.location(location).prefix, pool_);
  auto proven = proven_leaves(fetcher, item, compress);
  if (!proven) return std::move(proven).error();
  auto entries = bodies_from(*proven, worker, location, compress);
  if (!entries) return std::move(entries).error();
  if (!pool_.location(location).is_origin && count_absent(*proven, *entries) != 0) {
    ask_others_for_absent(*proven, worker, location, *entries);
  }
  auto bundle = assemble(std::move(*proven), std::move(*entries));
  encoding_.took(compress, bundle.bytes, clock_() - begin);
  return bundle;
}

Result<std::vector<MirroredEntry>> BundleFetcher::bodies_from(const ProvenLeaves& proven,
                                                              std::size_t worker,
                                                              std::size_t location, bool compress) {
  auto source = pool_.source(worker, location);
  if (!source) return std::move(source).error();
  TileFetcher fetcher(**source, pool_.location(location).prefix, pool_);
  std::vector<MirroredEntry> entries(proven.leaves.size());
  const auto width = tile_width(tree_size_, 0, proven.first / kTileWidth);
  if (auto fetched = fetch_bodies(fetcher, proven, width, compress, entries); !fetched)
    return std::move(fetched).error();
  return entries;
}

bool BundleFetcher::knows_origin() const {
  for (std::size_t i = 0; i < pool_.count(); ++i) {
    if (pool_.location(i).is_origin) return true;
  }
  return false;
}

void BundleFetcher::fill_absent(std::vector<MirroredEntry>& entries,
                                std::vector<MirroredEntry>& there) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!entries[i].salt && there[i].salt) entries[i] = std::move(there[i]);
  }
}

/// A mirror may hold back what it has. The log's own node is asked as well before a body is stored
/// as absent; where it is not among the places, as when it is being healed itself, all mirrors are.
void BundleFetcher::ask_others_for_absent(const ProvenLeaves& proven, std::size_t worker,
                                          std::size_t location,
                                          std::vector<MirroredEntry>& entries) {
  const bool origin_known = knows_origin();
  for (const std::size_t other : pool_.usable(worker)) {
    if (other == location || (origin_known && !pool_.location(other).is_origin)) continue;
    auto there = bodies_from(proven, worker, other, /*compress=*/true);
    if (!there) {
      if (!is_log_fault(there.error())) pool_.failed(other, there.error());
      continue;
    }
    fill_absent(entries, *there);
    if (origin_known || count_absent(proven, entries) == 0) return;
  }
}

}  // namespace dure::node
