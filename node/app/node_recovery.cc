// SPDX-License-Identifier: Apache-2.0
#include "app/node_recovery.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "app/healing.h"
#include "app/source_policy.h"
#include "replication/bounds.h"
#include "replication/heads.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxAskedPeers = 16;

// What one peer believes our newest head to be; empty if it does not answer or does not know us.
struct PeerView {
  bool answered = false;
  std::string head;
};

PeerView ask_peer(const std::string& url, const std::string& origin, const OpenSource& open) {
  PeerView view;
  auto source = open(url);
  if (!source) return view;
  FetchRequest request;
  request.path = "/federation/heads";
  request.max_bytes = kMaxHeadsBytes;
  const auto answer = (*source)->fetch(request);
  if (!answer) return view;
  view.answered = true;
  const auto heads = parse_heads(answer->body);
  if (!heads) return view;
  for (const auto& head : *heads) {
    if (head.origin == origin) view.head = head.checkpoint;
  }
  return view;
}

// All at once: a peer that is down must not make the start wait for the next one.
std::vector<PeerView> ask_peers(const std::vector<PeerEntry>& peers, const std::string& origin,
                                const OpenSource& open) {
  std::vector<PeerView> views(std::min(peers.size(), kMaxAskedPeers));
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < views.size(); ++i) {
    threads.emplace_back([&, i] { views[i] = ask_peer(peers[i].url, origin, open); });
  }
  threads.clear();  // joins
  return views;
}

// What a restored backup looks like: entries that were signed are missing here, and peers may have
// them.
bool can_heal(const Error& quarantine) {
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

}  // namespace

Result<Recovered> settle_own_log(NodeParts& node) {
  const std::vector<VerifierKey> keys = {node.signer->verifier()};
  return compare(node, {node.own.origin, keys, {}});
}

Result<Recovered> recover_own_log(NodeParts& node) {
  const auto peers = node.store->peer_book().peers();
  if (!peers) return peers.error();
  const auto views = ask_peers(*peers, node.own.origin,
                               make_quick_opener(node.settings, node.stopping.get_token()));
  const auto answered =
      std::count_if(views.begin(), views.end(), [](const PeerView& view) { return view.answered; });
  if (!peers->empty() && answered == 0) {
    // Without a charter no policy demands an answer, so publishing goes on; the operator should
    // still know.
    node.log.warning("recovery.no_peer_answered", {{"peers", std::to_string(peers->size())}});
  }
  std::vector<std::string> heads;
  for (const auto& view : views) {
    if (!view.head.empty()) heads.push_back(view.head);
  }
  const std::vector<VerifierKey> keys = {node.signer->verifier()};
  const RecoveryInput input{node.own.origin, keys, heads};
  auto recovered = compare(node, input);
  if (recovered && recovered->quarantine && can_heal(*recovered->quarantine) && answered > 0) {
    const auto healed = heal_own_log(node, *peers);
    if (healed) {
      node.log.warning("recovery.healed", {{"entries", std::to_string(*healed)}});
      finish_erasing(node);
      recovered = compare(node, input);
    } else {
      node.log.error("recovery.not_healed", error_fields(healed.error()));
    }
  }
  if (!recovered) return recovered;
  if (recovered->quarantine)
    node.log.error("recovery.quarantine", error_fields(*recovered->quarantine));
  if (recovered->republished) node.log.info("recovery.republished");
  return recovered;
}

}  // namespace dure::node
