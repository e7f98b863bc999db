// SPDX-License-Identifier: Apache-2.0
#include "app/peer_memory.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "app/durable_file.h"
#include "membership/peers_file.h"

namespace dure::node {
namespace {

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<std::vector<PeerEntry>> read_peers(const DataFolder& folder) {
  const auto text = read_small_file(folder.peers(), kMaxPeersFileBytes);
  if (!text && text.error().code == ErrorCode::kNotFound) return std::vector<PeerEntry>();
  if (!text) return text.error();
  return parse_peers_file(*text);
}

void remove_database(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::error_code ignored;
    std::filesystem::remove(path + suffix, ignored);
  }
}

}  // namespace

void remember_peers(const NodeParts& node) {
  const auto peers = node.store->peer_book().peers();
  if (!peers) return;
  const auto text = format_peers_file(*peers);
  const auto before = read_small_file(node.folder.peers(), kMaxPeersFileBytes);
  if (before ? *before == text : text.empty()) return;
  if (auto kept = replace_file(node.folder.peers(), text, S_IRUSR | S_IWUSR | S_IRGRP); !kept)
    node.log.warning("recovery.peers_not_kept", error_fields(kept.error()));
}

void recall_peers(NodeParts& node) {
  const auto written = read_peers(node.folder);
  const auto known = node.store->peer_book().peers();
  if (!written) node.log.warning("recovery.peers_unreadable", error_fields(written.error()));
  if (!written || !known) return;
  for (const auto& peer : *written) {
    const bool there = std::any_of(known->begin(), known->end(), [&](const PeerEntry& other) {
      return other.card.origin == peer.card.origin;
    });
    if (there) continue;
    if (auto added = node.store->peer_book().add(peer); !added)
      node.log.warning("recovery.peer_not_recalled", error_fields(added.error()));
  }
}

bool can_rebuild_database(const DataFolder& folder) {
  const bool others_there =
      exists(folder.seed()) && exists(folder.head_lock()) && exists(folder.settings());
  // While `dure restore` puts a backup back there is no node.db either.
  if (!others_there || exists(folder.database()) || exists(folder.incoming_database()))
    return false;
  const auto peers = read_peers(folder);
  return peers && !peers->empty();
}

Status rebuild_database(const NodeParts& node) {
  const std::string making = node.folder.database() + ".making";
  remove_database(making);
  if (auto made = NodeStore::create(making, node.settings.origin); !made) return made;
  // Left by the lost file; they would be taken for the new one's.
  remove_database(node.folder.database());
  remove_database(node.folder.catalogue());
  if (auto moved = move_file(making, node.folder.database()); !moved) return moved;
  return sync_folder(node.folder.path);
}

}  // namespace dure::node
