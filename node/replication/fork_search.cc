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

/// The proof with the place at which the histories part.
Result<ForkProof> prove_placed(const ForkSearch& search, Trees& trees, const std::string& note,
                               const ForkSide& accused) {
  const Error no_tiles{ErrorCode::kNotFound, "the tiles of both histories cannot be had"};
  const auto known = open_checkpoint(note, search.origin, search.keys);
  if (!known) return known.error();
  if (!accused.node) return no_tiles;
  const ForkSide ours{note, trees.find(known->checkpoint)};
  if (!ours.node) return no_tiles;
  return prove_fork(search.origin, ours, accused, search.keys);
}

}  // namespace

Result<ForkProof> search_fork(const ForkSearch& search, LogReader& reader, const OpenSource& open) {
  const auto offered = open_checkpoint(search.offered, search.origin, search.keys);
  if (!offered) return offered.error();
  Trees trees(search, reader, open);
  const ForkSide accused{search.offered, trees.find(offered->checkpoint)};
  Error last{ErrorCode::kNotFound, "no known head to compare with"};
  for (const std::string& note : search.known) {
    auto proof = prove_placed(search, trees, note, accused);
    if (proof) return proof;
    last = std::move(proof).error();
  }
  // Heads of one size need no tiles; of others the prover refuses to do without.
  for (const std::string& note : search.known) {
    auto proof = prove_fork(search.origin, {note, {}}, {search.offered, {}}, search.keys);
    if (proof) return proof;
  }
  return last;
}

}  // namespace dure::node
