// SPDX-License-Identifier: Apache-2.0
// What `dure erase` and `dure erase status` ask of a node.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/erasing_parts.h"
#include "app/node_parts.h"
#include "dure/entry.h"
#include "membership/charter_logs.h"

namespace dure::node {
namespace {

using nlohmann::json;

struct OwnRevision {
  std::uint64_t index = 0, rev = 0;
  std::string sealed = {};  // the sealed log in which it stands; empty: the own log
};

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Error unknown_record(const std::string& id) {
  return {
      ErrorCode::kNotFound, "no record " + id, "publishing.unknown-id", {{"id", printable(id)}}};
}

// Reads the log itself: the catalogue may be behind, and must not decide what is erased.
Status add_revisions(NodeParts& node, LogId log, std::uint64_t size, const std::string& id,
                     const std::string& sealed, std::vector<OwnRevision>& found) {
  return node.store->reader().scan(
      log, 0, size, [&](std::uint64_t index, std::string_view bytes, std::optional<BodyView>) {
        if (bytes.find(id) == std::string_view::npos) return true;
        const auto leaf = parse_leaf(bytes);
        if (leaf && leaf->id == id) found.push_back({index, leaf->rev, sealed});
        return true;
      });
}

// In the sealed logs first, oldest first.
Result<std::vector<OwnRevision>> revisions_of(NodeParts& node, const std::string& id) {
  std::vector<OwnRevision> found;
  LogReader& reader = node.store->reader();
  const auto current = node.charter->current();
  const auto seals =
      current ? continued_by(current->charter, node.own.origin) : std::vector<const SealedLog*>();
  for (const SealedLog* seal : seals) {
    const auto log = reader.log_by_origin(seal->origin);
    if (!log && log.error().code == ErrorCode::kNotFound) continue;
    const auto stored = log ? reader.stored(log->id) : Result<std::uint64_t>(log.error());
    if (!stored) return stored.error();
    const auto end = std::min(*stored, seal->size);
    auto added = add_revisions(node, log->id, end, id, seal->origin, found);
    if (!added) return std::move(added).error();
  }
  const LogId own = node.store->own_log_id();
  const auto stored = reader.stored(own);
  if (!stored) return stored.error();
  if (auto added = add_revisions(node, own, *stored, id, {}, found); !added)
    return std::move(added).error();
  return found;
}

bool is_erased(const NodeParts& node, const OwnRevision& revision) {
  return node.eraser->is_erased(revision.sealed.empty() ? node.own.origin : revision.sealed,
                                revision.index);
}

Status check_wish(NodeParts& node, const std::string& id, const std::string& reason) {
  if (!node.publisher)
    return Error{ErrorCode::kRefused, "opened for reading", "errors.read_only", {}};
  if (auto stopped = node.publisher->quarantine()) return std::move(*stopped);
  if (!is_entry_id(id))
    return Error{ErrorCode::kInvalid, "not an entry id", "publishing.bad-id", {}};
  if (is_erasure_reason(reason)) return ok();
  std::string known;
  for (const auto code : erasure_reasons())
    known += (known.empty() ? "" : ", ") + std::string(code);
  return Error{ErrorCode::kInvalid, "no such reason", "errors.erase_reason", {{"known", known}}};
}

SealedEntry sealed_entry(const OwnRevision& revision) {
  const auto generation =
      parse_decimal(std::string_view(revision.sealed).substr(revision.sealed.rfind('/') + 1));
  return {generation ? *generation : 0, revision.index};
}

// One erase entry for each revision that is still there; those of the own log come first.
Result<json> publish_erasures(NodeParts& node, std::vector<OwnRevision> revisions,
                              const std::string& reason) {
  std::stable_partition(revisions.begin(), revisions.end(),
                        [](const OwnRevision& revision) { return revision.sealed.empty(); });
  std::vector<std::uint64_t> targets;
  std::vector<SealedEntry> sealed;
  for (const auto& revision : revisions) {
    if (revision.sealed.empty()) {
      targets.push_back(revision.index);
    } else {
      sealed.push_back(sealed_entry(revision));
    }
  }
  json erased = json::array();
  const auto answers = node.publisher->erase(targets, sealed, reason);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto& answer = answers[i];
    if (!answer && answer.error().text != "publishing.group-refused") return answer.error();
    if (!answer) continue;
    json one = {
        {"rev", revisions[i].rev}, {"index", revisions[i].index}, {"eraseIndex", answer->index}};
    if (!revisions[i].sealed.empty()) one["origin"] = revisions[i].sealed;
    erased.push_back(std::move(one));
  }
  return erased;
}

/// Asking again after a failure finds nothing to publish and comes here again.
Status forget_drafts(NodeParts& node, const EraseWish& wish) {
  if (!node.console_file) return ok();
  const Act act{wish.account, "draft.erased", wish.id, {}, node.now()};
  return node.console_file->forget_texts(wish.id, /*only_done=*/wish.rev != 0, act);
}

json peer_answers(const std::vector<PeerEntry>& peers, const std::vector<PeerReceipt>& receipts,
                  const std::vector<PeerStatus>& live, const Erasure& erasure) {
  json answers = json::array();
  for (const auto& peer : peers) {
    json answer = {{"origin", peer.card.origin},
                   {"name", peer.card.name},
                   {"answered", nullptr},
                   {"last_seen", nullptr}};
    for (const auto& receipt : receipts) {
      if (receipt.peer == peer.card.origin && receipt.origin == erasure.origin &&
          receipt.erase_index == erasure.erase_index)
        answer["answered"] = receipt.time;
    }
    for (const auto& status : live) {
      if (status.origin == peer.card.origin && status.last_success != 0)
        answer["last_seen"] = status.last_success;
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

Result<Leaf> target_of(NodeParts& node, const Erasure& erasure) {
  const auto log = node.store->reader().log_by_origin(erasure.target_log());
  if (!log) return log.error();
  const auto entry = node.store->reader().entry(log->id, erasure.target);
  if (!entry) return entry.error();
  return parse_leaf(entry->leaf);
}

}  // namespace

Result<std::string> erase_record(NodeParts& node, const EraseWish& wish) {
  const auto& [id, reason, rev, last_rev, account] = wish;
  if (auto fine = check_wish(node, id, reason); !fine) return fine.error();
  auto revisions = revisions_of(node, id);
  if (!revisions) return revisions.error();
  if (revisions->empty()) return unknown_record(id);
  if (last_rev != 0)
    std::erase_if(*revisions, [&wish](const auto& r) { return r.rev > wish.last_rev; });
  if (rev != 0) std::erase_if(*revisions, [&wish](const auto& r) { return r.rev != wish.rev; });
  if (revisions->empty()) {
    return Error{ErrorCode::kNotFound,
                 "no such revision",
                 "errors.erase_revision",
                 {{"id", id}, {"rev", std::to_string(rev)}}};
  }
  const std::size_t all = revisions->size();
  std::erase_if(*revisions, [&](const auto& r) { return is_erased(node, r); });
  const auto erased =
      revisions->empty() ? Result<json>(json::array()) : publish_erasures(node, *revisions, reason);
  if (!erased) return erased.error();
  if (auto forgotten = forget_drafts(node, wish); !forgotten) return std::move(forgotten).error();
  const auto finished = finish_erasing(node);
  if (!finished && finished.error().code != ErrorCode::kUnavailable) return finished.error();
  node.indexer->wake();
  node.erasing_bell.ring();
  const auto peers = node.store->peer_book().peers();
  return dump({{"id", id},
               {"reason", reason},
               {"erased", *erased},
               {"already", all - revisions->size()},
               {"finished", finished.has_value()},
               {"peers", peers ? peers->size() : 0}});
}

Result<std::string> erasure_report(NodeParts& node, const std::string& id) {
  const auto peers = node.store->peer_book().peers();
  if (!peers) return peers.error();
  const auto receipts = node.receipts->receipts();
  const auto live = node.replicator->status();
  json erasures = json::array();
  for (const auto& erasure : node.eraser->all(node.own.origin)) {
    const auto leaf = target_of(node, erasure);
    if (!id.empty() && (!leaf || leaf->id != id)) continue;
    erasures.push_back({{"id", leaf ? json(leaf->id) : json(nullptr)},
                        {"rev", leaf ? json(leaf->rev) : json(nullptr)},
                        {"origin", erasure.target_log()},
                        {"index", erasure.target},
                        {"eraseIndex", erasure.erase_index},
                        {"reason", erasure.reason},
                        {"time", erasure.time},
                        {"finished", erasure.stage == ErasureStage::kErased},
                        {"peers", peer_answers(*peers, receipts, live, erasure)}});
  }
  if (!id.empty() && erasures.empty()) {
    return Error{
        ErrorCode::kNotFound, "nothing was erased", "errors.erase_none", {{"id", printable(id)}}};
  }
  return dump({{"erasures", std::move(erasures)}});
}

}  // namespace dure::node
