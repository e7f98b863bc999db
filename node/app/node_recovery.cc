// SPDX-License-Identifier: Apache-2.0
#include "app/node_recovery.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "app/durable_file.h"
#include "app/erasing_parts.h"
#include "app/evidence.h"
#include "app/healing.h"
#include "app/peer_memory.h"
#include "app/source_policy.h"
#include "replication/bounds.h"
#include "replication/heads.h"
#include "replication/parallel.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxAskedPeers = 16;  // at a start
constexpr std::size_t kAskedAtOnce = 32;

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

Result<Recovered> compare(NodeParts& node, const RecoveryInput& input) {
  LogReader& reader = node.store->reader();
  const LogId own = node.store->own_log_id();
  return recover(input, *node.own_log, *node.head_lock,
                 [&reader, own](unsigned level, std::uint64_t index) {
                   return reader.node(own, level, index);
                 });
}

Status heal(NodeParts& node, const std::vector<PeerEntry>& peers, const PeerViews& views) {
  using std::chrono::steady_clock;
  const auto begin = steady_clock::now();
  // Who is silent may be the only one to have a body.
  const auto absent = views.silent.empty() ? AbsentBodies::kAccept : AbsentBodies::kRefuse;
  const auto healed = heal_own_log(node, peers, absent);
  if (!healed) {
    node.log.warning("recovery.not_healed", error_fields(healed.error()));
    return healed.error();
  }
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
  node.recovery.entries += healed->entries;
  node.recovery.absent += healed->absent;
  node.recovery.milliseconds += static_cast<std::uint64_t>(took.count());
  node.log.warning("recovery.healed", {{"entries", std::to_string(healed->entries)},
                                       {"without_body", std::to_string(healed->absent)},
                                       {"milliseconds", std::to_string(took.count())}});
  return ok();
}

// A backup was put back: whether something newer was signed only the peers know.
void confirm_restored(const NodeParts& node, const std::vector<PeerEntry>& peers,
                      const PeerViews& views, Recovered& recovered) {
  const std::string marker = node.folder.restored();
  std::error_code ignored;
  if (recovered.quarantine || !std::filesystem::exists(marker, ignored)) return;
  if (!peers.empty() && views.answered == 0) {
    recovered.quarantine = Error{ErrorCode::kQuarantined,
                                 "a backup was restored and no peer has answered yet",
                                 "recovery.restored-unconfirmed",
                                 {{"peers", std::to_string(peers.size())}}};
    return;
  }
  unlink(marker.c_str());
  (void)sync_folder(node.folder.path);  // it may come back after a power cut, and is asked again
}

}  // namespace

bool may_heal(const Error& quarantine) {
  return lacks_entries(quarantine) || quarantine.text == "recovery.restored-unconfirmed";
}

// All at once: a peer that is down must not make the start wait for the next one.
PeerViews ask_own_heads(const NodeParts& node, const std::vector<PeerEntry>& peers,
                        std::size_t most) {
  const auto open = make_quick_opener(node.settings, node.stopping.get_token());
  std::vector<PeerView> views(std::min(peers.size(), most));
  run_parallel(views.size(), kAskedAtOnce, [&](std::size_t i, std::size_t) {
    views[i] = ask_peer(peers[i].url, node.own.origin, open);
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

Result<Recovered> settle_own_log(NodeParts& node) {
  const std::vector<VerifierKey> keys = {node.signer->verifier()};
  return compare(node, {node.own.origin, keys, {}});
}

Result<Recovered> compare_and_heal(NodeParts& node, const std::vector<PeerEntry>& peers,
                                   const PeerViews& views) {
  const std::vector<VerifierKey> keys = {node.signer->verifier()};
  std::vector<std::string> heads = views.heads;
  for (auto& note : load_evidence(node.folder)) heads.push_back(std::move(note));
  const RecoveryInput input{node.own.origin, keys, heads};
  auto recovered = compare(node, input);
  const bool worth_it = recovered && recovered->quarantine &&
                        lacks_entries(*recovered->quarantine) && views.answered > 0;
  if (!worth_it) return recovered;
  const auto healed = heal(node, peers, views);
  if (healed) finish_erasing(node);
  recovered = compare(node, input);
  const bool forked = !healed && healed.error().code == ErrorCode::kInconsistent;
  if (forked && recovered && recovered->quarantine) {
    recovered->quarantine =
        Error{ErrorCode::kQuarantined, healed.error().detail, "recovery.peer-differs"};
  }
  return recovered;
}

Result<Recovered> recover_own_log(NodeParts& node) {
  std::error_code ignored;
  if (std::filesystem::exists(node.folder.restored(), ignored)) recall_peers(node);
  const auto peers = node.store->peer_book().peers();
  if (!peers) return peers.error();
  const auto views = ask_own_heads(node, *peers, kMaxAskedPeers);
  if (!peers->empty() && views.answered == 0) {
    // Without a charter no policy demands an answer, so publishing goes on; the operator should
    // still know.
    node.log.warning("recovery.no_peer_answered", {{"peers", std::to_string(peers->size())}});
  }
  auto recovered = compare_and_heal(node, *peers, views);
  if (!recovered) return recovered;
  confirm_restored(node, *peers, views, *recovered);
  if (recovered->quarantine)
    node.log.error("recovery.quarantine", error_fields(*recovered->quarantine));
  if (recovered->republished) node.log.info("recovery.republished");
  return recovered;
}

}  // namespace dure::node
