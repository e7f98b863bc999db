// SPDX-License-Identifier: Apache-2.0
#include "app/new_head_lock.h"

#include <sodium.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "app/attachment_parts.h"
#include "app/durable_file.h"
#include "app/erasing_parts.h"
#include "app/evidence.h"
#include "app/fork_parts.h"
#include "app/node_recovery.h"
#include "app/peer_memory.h"
#include "app/seed_file.h"
#include "app/source_policy.h"
#include "storage/catalogue_store.h"

namespace dure::node {
namespace {

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Error refused(ErrorCode code, const char* text, const DataFolder& folder) {
  return Error{code, folder.path + ": " + text, text, {{"path", folder.path}}};
}

std::uint64_t random_witness_key() {
  constexpr auto kFirst = static_cast<std::uint64_t>(SubKey::kFirstLaterWitness);
  std::uint64_t number = 0;
  randombytes_buf(&number, sizeof number);
  return kFirst + (number >> 2);  // fits a signed 64-bit column; never drawn twice
}

// The head lock under another name, until it is right.
class Making {
 public:
  explicit Making(const DataFolder& folder) : folder_(folder) { clear(); }
  ~Making() { clear(); }
  Making(const Making&) = delete;
  Making& operator=(const Making&) = delete;
  std::string path() const { return folder_.head_lock() + ".making"; }

  /// The file must be closed: then it holds everything.
  Status keep() const {
    if (auto moved = move_file(path(), folder_.head_lock()); !moved) return moved;
    return sync_folder(folder_.path);
  }

 private:
  void clear() const {
    for (const char* suffix : {"", "-wal", "-shm"}) unlink((path() + suffix).c_str());
  }
  const DataFolder& folder_;
};

Status check_folder(const DataFolder& folder) {
  if (exists(folder.head_lock()))
    return refused(ErrorCode::kConflict, "restore.head-lock-there", folder);
  if (!exists(folder.settings())) return refused(ErrorCode::kNotFound, "errors.no_node", folder);
  if (!exists(folder.seed()) && !exists(folder.new_seed()))
    return refused(ErrorCode::kNotFound, "errors.seed_missing", folder);
  return ok();
}

// What recovery works on, without the head lock.
Status open_log(NodeParts& node) {
  auto lock = ProcessLock::take(node.folder.lock());
  if (!lock) return lock.error();
  node.lock = std::move(*lock);
  if (!exists(node.folder.database())) {
    if (!exists(node.folder.peers()))
      return refused(ErrorCode::kNotFound, "errors.database_missing", node.folder);
    if (auto rebuilt = rebuild_database(node); !rebuilt) return rebuilt;
  }
  auto store = NodeStore::open(node.folder.database());
  if (!store) return store.error();
  node.store = std::move(*store);
  if (node.store->own_origin() != node.settings.origin) {
    return Error{ErrorCode::kInvalid,
                 "the settings name another origin than the database",
                 "errors.origin_differs",
                 {{"settings", node.settings.origin}, {"database", node.store->own_origin()}}};
  }
  auto own = open_own_keys(node);
  if (!own) return std::move(own).error();
  node.seeds = std::move(own->seeds);
  node.keys = std::move(own->keys);
  node.signer = std::move(own->log);
  node.own.origin = node.settings.origin;
  node.open_source = make_source_opener(node.settings, node.stopping.get_token());
  recall_peers(node);
  return ok();
}

Status check_answers(const NodeParts& node, std::size_t peers, const PeerViews& views,
                     std::optional<std::size_t> enough) {
  if (peers == 0 && !enough)
    return refused(ErrorCode::kUnavailable, "restore.no-peers", node.folder);
  if (views.answered >= enough.value_or(peers)) return ok();
  std::string silent;
  for (const auto& origin : views.silent) silent += (silent.empty() ? "" : ", ") + origin;
  return Error{ErrorCode::kUnavailable,
               "no answer from " + silent,
               "restore.peers-silent",
               {{"answered", std::to_string(views.answered)},
                {"peers", std::to_string(peers)},
                {"silent", printable(silent, 400)}}};
}

/// The largest head with our signature that database, peers or evidence show.
Result<std::optional<SignedCheckpoint>> newest_head(const NodeParts& node, const PeerViews& views) {
  // The own one first: a peer's of the same size that differs is then seen as what it is, a fork.
  std::vector<std::string> notes;
  auto published = node.store->own_log().published_head();
  if (!published) return published.error();
  if (*published) notes.push_back(std::move(**published));
  notes.insert(notes.end(), views.heads.begin(), views.heads.end());
  for (auto& note : load_evidence(node.folder)) notes.push_back(std::move(note));
  const auto keys = own_log_keys(node);
  std::optional<SignedCheckpoint> newest;
  for (const auto& note : notes) {
    auto head = open_checkpoint(note, node.own.origin, keys);
    if (!head) continue;
    if (!newest || head->checkpoint.size > newest->checkpoint.size) newest = std::move(*head);
  }
  return newest;
}

Status open_new_lock(NodeParts& node, const std::string& path,
                     const std::optional<SignedCheckpoint>& newest) {
  if (auto made = create_head_lock(path, random_witness_key()); !made) return made;
  auto lock = open_head_lock(path);
  if (!lock) return lock.error();
  node.head_lock = std::move(*lock);
  if (!newest) return ok();
  return node.head_lock->replace_head(std::nullopt, format_note(newest->note));
}

/// What an entry passes on its way back: the attachments that it holds on to, the journal of
/// erasures, which is learned anew from the logs, and the evidence of forks.
Status open_gates(NodeParts& node) {
  auto signer = node.keys->request();
  if (!signer) return signer.error();
  node.request_signer = std::move(*signer);
  auto catalogue = open_catalogue(node.folder.catalogue());
  if (!catalogue) return catalogue.error();
  node.catalogue = std::move(*catalogue);
  if (auto opened = open_attachments(node, OpenFor::kWriting); !opened) return opened;
  if (auto opened = open_erasing(node); !opened) return opened;
  return open_forks(node, [] {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  });
}

/// The head lock can be closed once nobody uses it.
void close_gates(NodeParts& node) {
  node.own_log.reset();
  node.erasing_mirrors.reset();
  node.eraser.reset();
}

Result<std::string> witness_vkey(const NodeParts& node) {
  const auto number = node.head_lock->witness_key_number();
  if (!number) return number.error();
  const auto signer = node.keys->witness(*number);
  if (!signer) return signer.error();
  return (*signer)->verifier().format();
}

}  // namespace

Result<NewHeadLock> make_new_head_lock(const Settings& settings,
                                       std::optional<std::size_t> enough) {
  if (sodium_init() < 0) return Error{ErrorCode::kInternal, "libsodium does not start"};
  NodeParts node(settings);
  if (auto right = check_folder(node.folder); !right) return right.error();
  if (auto opened = open_log(node); !opened) return opened.error();
  const auto peers = node.store->peer_book().peers();
  if (!peers) return peers.error();
  const auto views = ask_own_heads(node, *peers, peers->size());
  if (auto agreed = check_answers(node, peers->size(), views, enough); !agreed)
    return agreed.error();
  const auto newest = newest_head(node, views);
  if (!newest) return newest.error();

  const Making making(node.folder);
  if (auto opened = open_new_lock(node, making.path(), *newest); !opened) return opened.error();
  if (auto opened = open_gates(node); !opened) return opened.error();
  const auto recovered = compare_and_heal(node, *peers, views);
  if (!recovered) return recovered.error();
  if (recovered->quarantine) return *recovered->quarantine;
  NewHeadLock out;
  out.size = recovered->head ? recovered->head->checkpoint.size : 0;
  out.entries = node.recovery.entries;
  out.peers = peers->size();
  out.answered = views.answered;
  auto vkey = witness_vkey(node);
  if (!vkey) return vkey.error();
  out.witness_vkey = std::move(*vkey);
  auto charter = bring_charter_back(node, *peers);
  if (!charter) return charter.error();
  out.charter = std::move(*charter);
  close_gates(node);
  node.head_lock.reset();
  if (auto kept = making.keep(); !kept) return kept.error();
  return out;
}

}  // namespace dure::node
