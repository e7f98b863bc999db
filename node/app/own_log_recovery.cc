// SPDX-License-Identifier: Apache-2.0
#include "app/own_log_recovery.h"

#include <algorithm>

#include "app/healing.h"
#include "replication/bounds.h"
#include "replication/heads.h"
#include "replication/parallel.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxAskedPeers = 16;  // at a start

// What one peer believes our newest head to be: the mirror's, the witness's, both or none.
struct PeerView {
  bool answered = false;
  std::vector<std::string> heads;
};

void ask_mirror(Source& source, const std::string& origin, PeerView& view) {
  FetchRequest request;
  request.path = "/federation/heads";
  request.max_bytes = kMaxHeadsBytes;
  const auto answer = source.fetch(request);
  if (!answer) return;
  view.answered = true;
  const auto heads = parse_heads(answer->body);
  if (!heads) return;
  for (const auto& head : *heads) {
    if (head.origin == origin) view.heads.push_back(head.checkpoint);
  }
}

void ask_witness(Source& source, const std::string& origin, PeerView& view) {
  FetchRequest request;
  request.path = "/witness/" + origin_hash(origin) + "/checkpoint";
  request.max_bytes = kMaxCheckpointBytes;
  if (auto answer = source.fetch(request)) view.heads.push_back(std::move(answer->body));
}

PeerView ask_peer(const std::string& url, const std::string& origin, const OpenSource& open) {
  PeerView view;
  auto source = open(url);
  if (!source) return view;
  ask_mirror(**source, origin, view);
  if (view.answered) ask_witness(**source, origin, view);
  return view;
}

// What a restored backup looks like: entries that were signed are missing here, and peers may have
// them.
bool lacks_entries(const Error& quarantine) {
  return quarantine.text == "recovery.leaves-missing" || quarantine.text == "recovery.peer-ahead";
}

Result<Recovered> compare(const OwnLogParts& own, std::span<const std::string> heads) {
  return recover({own.origin, own.keys, heads, own.stored_keys}, *own.log, *own.head_lock,
                 [&own](unsigned level, std::uint64_t index) {
                   return own.reader->node(own.id, level, index);
                 });
}

Status heal(const OwnLogParts& own, const std::vector<PeerEntry>& peers, const PeerViews& views) {
  const auto begin = own.clock();
  // Who is silent may be the only one to have a body.
  const auto absent = views.silent.empty() ? AbsentBodies::kAccept : AbsentBodies::kRefuse;
  const auto healed = heal_own_log(own, peers, absent);
  if (!healed) {
    if (own.on_not_healed) own.on_not_healed(healed.error());
    return healed.error();
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(own.clock() - begin);
  if (own.on_healed) own.on_healed(*healed, took);
  return ok();
}

// A backup was put back: whether something newer was signed only the peers know.
void confirm_restored(const OwnLogParts& own, const std::vector<PeerEntry>& peers,
                      const PeerViews& views, Recovered& recovered) {
  if (recovered.quarantine || !own.restored || !own.restored()) return;
  if (!peers.empty() && views.answered == 0) {
    recovered.quarantine = Error{ErrorCode::kQuarantined,
                                 "a backup was restored and no peer has answered yet",
                                 "recovery.restored-unconfirmed",
                                 {{"peers", std::to_string(peers.size())}}};
    return;
  }
  own.confirmed();
}

}  // namespace

bool may_heal(const Error& quarantine) {
  return lacks_entries(quarantine) || quarantine.text == "recovery.restored-unconfirmed";
}

// All at once: a peer that is down must not make the start wait for the next one.
PeerViews ask_own_heads(const OwnLogParts& own, const std::vector<PeerEntry>& peers,
                        std::size_t most) {
  std::vector<PeerView> views(std::min(peers.size(), most));
  run_parallel(views.size(), own.asked_at_once, [&](std::size_t i, std::size_t) {
    views[i] = ask_peer(peers[i].url, own.origin, own.quick);
  });
  PeerViews out;
  for (std::size_t i = 0; i < views.size(); ++i) {
    if (views[i].answered) {
      ++out.answered;
    } else {
      out.silent.push_back(peers[i].card.origin);
    }
    for (auto& head : views[i].heads) out.heads.push_back(std::move(head));
  }
  return out;
}

Result<Recovered> settle_own_log(const OwnLogParts& own) { return compare(own, {}); }

Result<Recovered> compare_and_heal(const OwnLogParts& own, const std::vector<PeerEntry>& peers,
                                   const PeerViews& views) {
  std::vector<std::string> heads = views.heads;
  for (auto& note : own.evidence()) heads.push_back(std::move(note));
  auto recovered = compare(own, heads);
  const bool worth_it = recovered && recovered->quarantine &&
                        lacks_entries(*recovered->quarantine) && views.answered > 0;
  if (!worth_it) return recovered;
  const auto healed = heal(own, peers, views);
  recovered = compare(own, heads);
  const bool forked = !healed && healed.error().code == ErrorCode::kInconsistent;
  if (forked && recovered && recovered->quarantine) {
    recovered->quarantine =
        Error{ErrorCode::kQuarantined, healed.error().detail, "recovery.peer-differs"};
  }
  return recovered;
}

Result<Recovered> recover_own_log(const OwnLogParts& own, const std::vector<PeerEntry>& peers) {
  const auto views = ask_own_heads(own, peers, kMaxAskedPeers);
  // Without a charter no policy demands an answer, so publishing goes on; the operator should still
  // know.
  if (!peers.empty() && views.answered == 0 && own.on_silence) own.on_silence(peers.size());
  auto recovered = compare_and_heal(own, peers, views);
  if (recovered) confirm_restored(own, peers, views, *recovered);
  return recovered;
}

std::optional<Error> twin_known(const ForkWatch& forks, std::string_view own_origin) {
  for (const ForkedLog& log : forks.forked()) {
    if (log.origin != own_origin || !log.suspicion) continue;
    const auto note = parse_note(log.suspicion->offered);
    const auto head = note ? parse_checkpoint(note->text) : Result<Checkpoint>(note.error());
    return Error{
        ErrorCode::kQuarantined,
        "a head of this log was signed elsewhere with its key",
        "recovery.twin-fork",
        {{"url", log.suspicion->shown_by}, {"head", head ? std::to_string(head->size) : "?"}}};
  }
  return std::nullopt;
}

void add_twin(Recovered& recovered, std::optional<Error> twin) {
  const auto& known = recovered.quarantine;
  // A proven twin says more than that a peer knows another head.
  const bool told_by_peers = known && known->text.starts_with("recovery.peer-");
  if (twin && (!known || told_by_peers)) recovered.quarantine = std::move(twin);
}

}  // namespace dure::node
