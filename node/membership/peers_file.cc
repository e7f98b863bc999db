// SPDX-License-Identifier: Apache-2.0
#include "membership/peers_file.h"

namespace dure::node {
namespace {

Result<PeerEntry> parse_line(std::string_view line) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos || space == 0)
    return Error{ErrorCode::kMalformed, "list of peers: a line without URL and card"};
  auto card = parse_card(line.substr(space + 1));
  if (!card) return std::move(card).error();
  PeerEntry peer;
  peer.card = std::move(*card);
  peer.url = std::string(line.substr(0, space));
  return peer;
}

}  // namespace

std::string format_peers_file(const std::vector<PeerEntry>& peers) {
  std::string text;
  for (const auto& peer : peers) {
    if (!peer.url.empty()) text += peer.url + " " + format_card(peer.card) + "\n";
  }
  return text;
}

Result<std::vector<PeerEntry>> parse_peers_file(std::string_view text) {
  if (text.size() > kMaxPeersFileBytes)
    return Error{ErrorCode::kTooLarge, "list of peers: too long"};
  std::vector<PeerEntry> peers;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos)
      return Error{ErrorCode::kMalformed, "list of peers: the last line is cut off"};
    auto peer = parse_line(rest.substr(0, end));
    if (!peer) return std::move(peer).error();
    peers.push_back(std::move(*peer));
    rest.remove_prefix(end + 1);
  }
  if (format_peers_file(peers) != text)
    return Error{ErrorCode::kMalformed, "list of peers: not in its one spelling"};
  return peers;
}

}  // namespace dure::node
