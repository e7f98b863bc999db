// SPDX-License-Identifier: Apache-2.0
#include "replication/fork_search.h"

#include <memory>

#include "dure/tile_tree.h"
#include "replication/fetch_tiles.h"
#include "replication/head_choice.h"

namespace dure::node {
namespace {

/// One search's access to trees. Threads: one.
class Trees {
 public:
  Trees(const ForkSearch& search, LogReader& reader, const OpenSource& open)
      : search_(search), reader_(reader), pool_(search.locations, open, 1) {}

  /// Reads the tree of `head` where it can be had; empty if nowhere.
  NodeReader find(const Checkpoint& head) {
    if (search_.log) {
      const auto stored = reader_.stored(*search_.log);
      if (stored && head.size <= *stored) {
        const auto root = stored_root(reader_, *search_.log, head.size);
        if (root && *root == head.root) return own_tree();
      }
    }
    for (std::size_t i = 0; i < pool_.count(); ++i) {
      if (auto tree = remote_tree(head, i)) return tree;
    }
    return {};
  }

 private:
  NodeReader own_tree() {
    return [this](unsigned level, std::uint64_t index) {
      return reader_.node(*search_.log, level, index);
    };
  }

  NodeReader remote_tree(const Checkpoint& head, std::size_t location) {
    const auto source = pool_.source(0, location);
    if (!source) return {};
    const auto fetcher =
        std::make_shared<TileFetcher>(**source, pool_.location(location).prefix, pool_);
    auto opened = TileTree::open(head.size, head.root,
                                 [fetcher](const TilePath& tile) { return fetch(*fetcher, tile); });
    if (!opened) return {};
    // Shared because a NodeReader is copied; every copy reads the same tree.
    const auto tree = std::make_shared<TileTree>(*std::move(opened));
    return [tree](unsigned level, std::uint64_t index) { return tree->node(level, index); };
  }

  static Result<Bytes> fetch(TileFetcher& fetcher, const TilePath& tile) {
    const auto hashes = fetcher.hashes(tile.level, tile.index, tile.width, 0);
    if (!hashes) return hashes.error();
    Bytes bytes;
    for (const Hash& hash : *hashes) bytes += as_view(hash);
    return bytes;
  }

  const ForkSearch& search_;
  LogReader& reader_;
  LocationPool pool_;
};

}  // namespace

Result<ForkProof> search_fork(const ForkSearch& search, LogReader& reader, const OpenSource& open) {
  const auto offered = open_checkpoint(search.offered, search.origin, search.keys);
  if (!offered) return offered.error();
  Trees trees(search, reader, open);
  const ForkSide accused{search.offered, trees.find(offered->checkpoint)};
  Error last{ErrorCode::kNotFound, "no known head to compare with"};
  std::optional<ForkProof> without_place;
  for (const std::string& note : search.known) {
    const auto known = open_checkpoint(note, search.origin, search.keys);
    if (!known) continue;
    const bool one_size = known->checkpoint.size == offered->checkpoint.size;
    ForkSide ours{note, {}};
    if (accused.node) ours.node = trees.find(known->checkpoint);
    if (accused.node && ours.node) {
      auto proof = prove_fork(search.origin, ours, accused, search.keys);
      if (proof) return proof;
      last = std::move(proof).error();
    } else if (!one_size) {
      last = Error{ErrorCode::kNotFound, "the other history's tiles cannot be had"};
    }
    if (!one_size || without_place) continue;
    if (auto proof = prove_fork(search.origin, {note, {}}, {search.offered, {}}, search.keys))
      without_place = *std::move(proof);
  }
  if (without_place) return *std::move(without_place);
  return last;
}

}  // namespace dure::node
