// SPDX-License-Identifier: Apache-2.0
#include "app/node_identity.h"

#include "app/peer_memory.h"

namespace dure::node {
namespace {

Result<NodeCard> own_card(const Settings& settings, const Signer& signer, const Signer& request) {
  NodeCard card;
  const auto role = parse_role(settings.role);
  if (!role) return role.error();
  card.origin = settings.origin;
  card.name = settings.name;
  card.region = settings.region.substr(0, 5);
  card.role = *role;
  card.url = settings.url;
  card.log_vkey = signer.verifier().format();
  card.request_vkey = request.verifier().format();
  return card;
}

Status check_origin(const NodeParts& node) {
  if (node.settings.origin.empty()) {
    return Error{ErrorCode::kInvalid,
                 "the settings name no origin",
                 "errors.origin_missing",
                 {{"file", node.folder.settings()}, {"database", node.store->own_origin()}}};
  }
  if (node.store->own_origin() != node.settings.origin) {
    return Error{ErrorCode::kInvalid,
                 "the settings name another origin than the database",
                 "errors.origin_differs",
                 {{"settings", node.settings.origin}, {"database", node.store->own_origin()}}};
  }
  return ok();
}

Status open_signers(NodeParts& node) {
  auto own = open_own_keys(node);
  if (!own) return std::move(own).error();
  node.seeds = std::move(own->seeds);
  node.key_phase = own->phase;
  node.coming_keys = std::move(own->coming);
  node.keys = std::move(own->keys);
  node.signer = std::move(own->log);
  node.second_signer = std::move(own->second);
  const auto witness_key = node.head_lock->witness_key_number();
  if (!witness_key) return witness_key.error();
  auto witness_signer = node.keys->witness(*witness_key);
  if (!witness_signer) return witness_signer.error();
  node.witness_signer = std::move(*witness_signer);
  auto mirror_signer = node.keys->mirror();
  if (!mirror_signer) return mirror_signer.error();
  node.mirror_signer = std::move(*mirror_signer);
  // Of a key that is to replace a lost one nothing speaks yet.
  const auto named = node.charter->keys_ever(node.settings.origin);
  if (node.key_phase != KeyPhase::kWaiting) {
    if (auto fits = check_key_fits(*node.head_lock, node.signer->verifier(), named); !fits)
      return fits;
  }
  auto request_signer = node.keys->request();
  if (!request_signer) return request_signer.error();
  node.request_signer = std::move(*request_signer);
  auto card = own_card(node.settings, *node.signer, *node.request_signer);
  if (!card) return card.error();
  node.own = std::move(*card);
  return ok();
}

}  // namespace

Status open_identity(NodeParts& node, OpenFor purpose) {
  const bool rebuilds = purpose == OpenFor::kWriting && can_rebuild_database(node.folder);
  if (auto there = check_data_folder(node.folder); !there && !rebuilds) return there;
  auto lock = ProcessLock::take(node.folder.lock());
  if (!lock) return lock.error();
  node.lock = std::move(*lock);
  if (rebuilds) {
    if (auto rebuilt = rebuild_database(node); !rebuilt) return rebuilt;
    node.recovery.database_rebuilt = true;
    node.log.warning("recovery.database_rebuilt");
  }

  auto head_lock = open_head_lock(node.folder.head_lock());
  if (!head_lock) return head_lock.error();
  node.head_lock = std::move(*head_lock);
  auto book = CharterBook::open(*node.head_lock, node.now);
  if (!book) return std::move(book).error();
  node.charter = std::move(*book);

  auto store = NodeStore::open(node.folder.database());
  if (!store) return store.error();
  node.store = std::move(*store);
  if (rebuilds) recall_peers(node);
  if (auto same = check_origin(node); !same) return same;
  return open_signers(node);
}

}  // namespace dure::node
