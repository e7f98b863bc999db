// SPDX-License-Identifier: Apache-2.0
// Peers in both directions, and what their clocks say of ours.
#include <algorithm>

#include "doctor/checks.h"

namespace dure::node {
namespace {

constexpr std::int64_t kTolerance = 60;  // seconds
constexpr std::int64_t kHarmful = 600;   // from here on back-off, certificates and times are wrong

std::int64_t magnitude(std::int64_t value) { return value < 0 ? -value : value; }

std::vector<std::int64_t> clocks_of(const std::vector<PeerFacts>& peers) {
  std::vector<std::int64_t> ahead;
  for (const PeerFacts& peer : peers) {
    if (peer.ahead) ahead.push_back(*peer.ahead);
  }
  std::sort(ahead.begin(), ahead.end());
  return ahead;
}

Finding check_reach(const PeerFacts& peer) {
  Finding found{"peer",
                peer.peer.url,
                Verdict::kOk,
                "cli.doctor.peer_ok",
                {{"name", printable(peer.peer.name)}, {"url", printable(peer.peer.url, 200)}}};
  if (peer.unresolved) {
    found.text = "cli.doctor.peer_unresolved";
    found.cause = peer.unresolved;
  } else if (peer.unreachable) {
    found.text = "cli.doctor.peer_unreachable";
    found.cause = peer.unreachable;
  } else if (!peer.tells_heads) {
    found.text = "cli.doctor.peer_odd";
  } else {
    return found;
  }
  found.verdict = Verdict::kError;
  return found;
}

// The other direction: whoever holds our log has reached us.
Finding check_back(const PeerFacts& peer, const NodeFacts& node) {
  const HeadFacts& head = node.head;
  const std::uint64_t theirs = peer.own_size.value_or(0);
  Finding found{"peer-has-us",
                peer.peer.url,
                Verdict::kOk,
                "cli.doctor.back_ok",
                {{"name", printable(peer.peer.name)},
                 {"url", printable(peer.peer.url, 200)},
                 {"theirs", std::to_string(theirs)},
                 {"ours", std::to_string(head.published)}}};
  if (theirs > head.published) {
    found.verdict = Verdict::kError;
    found.text = "cli.doctor.back_ahead";
  } else if (head.published == 0) {
    found.verdict = Verdict::kNotChecked;
    found.text = "cli.doctor.back_nothing";
  } else if (theirs < head.settled) {
    found.verdict = Verdict::kWarning;
    found.text = peer.own_size ? "cli.doctor.back_behind" : "cli.doctor.back_missing";
  }
  return found;
}

}  // namespace

Findings check_clock(const std::vector<PeerFacts>& peers) {
  const auto ahead = clocks_of(peers);
  if (ahead.empty()) return {{"clock", "", Verdict::kNotChecked, "cli.doctor.clock_unknown"}};
  Findings all;
  // If most agree with each other and not with us, it is ours that is wrong.
  const std::int64_t median = ahead[ahead.size() / 2];
  const std::vector<std::pair<std::string, std::string>> args = {
      {"seconds", std::to_string(magnitude(median))}, {"count", std::to_string(ahead.size())}};
  if (magnitude(median) <= kTolerance) {
    all.push_back({"clock", "", Verdict::kOk, "cli.doctor.clock_ok", args});
  } else {
    all.push_back({"clock", "", magnitude(median) > kHarmful ? Verdict::kError : Verdict::kWarning,
                   median > 0 ? "cli.doctor.clock_behind" : "cli.doctor.clock_ahead", args});
  }
  for (const PeerFacts& peer : peers) {
    const std::int64_t off = peer.ahead.value_or(median) - median;
    if (magnitude(off) <= kTolerance) continue;
    all.push_back(
        {"peer-clock",
         peer.peer.url,
         Verdict::kWarning,
         off > 0 ? "cli.doctor.peer_clock_ahead" : "cli.doctor.peer_clock_behind",
         {{"name", printable(peer.peer.name)}, {"seconds", std::to_string(magnitude(off))}}});
  }
  return all;
}

Findings check_peers(const std::vector<PeerFacts>& peers, const NodeFacts& node) {
  if (node.failure) return {{"peer", "", Verdict::kNotChecked, "cli.doctor.node_unknown"}};
  if (peers.empty()) return {{"peer", "", Verdict::kWarning, "cli.doctor.no_peers"}};
  Findings all;
  for (const PeerFacts& peer : peers) {
    all.push_back(check_reach(peer));
    if (all.back().verdict == Verdict::kOk) all.push_back(check_back(peer, node));
  }
  if (peers.size() < node.peers.size()) {
    all.push_back(
        {"peer",
         "",
         Verdict::kNotChecked,
         "cli.doctor.peers_more",
         {{"asked", std::to_string(peers.size())}, {"all", std::to_string(node.peers.size())}}});
  }
  return all;
}

}  // namespace dure::node
