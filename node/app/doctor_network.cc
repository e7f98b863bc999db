// SPDX-License-Identifier: Apache-2.0
#include "app/doctor_network.h"

#include <algorithm>
#include <array>
#include <stop_token>

#include "app/source_policy.h"
#include "app/version.h"
#include "dure/checkpoint.h"
#include "membership/ports.h"
#include "peer/certificate.h"
#include "peer/dial.h"
#include "peer/front_question.h"
#include "peer/resolve.h"
#include "replication/bounds.h"
#include "replication/heads.h"
#include "replication/parallel.h"

namespace dure::node {
namespace {

constexpr std::chrono::milliseconds kLongestLookup{2'000};
constexpr std::chrono::milliseconds kLongestHandshake{3'000};
constexpr std::size_t kAskedAtOnce = 32;
constexpr std::size_t kMostAsked = 256;
// TEST-NET-2: nobody has it, so whoever takes us for it believes what anybody writes.
constexpr const char* kForgery = "198.51.100.77";

void look_at_certificate_of(const BaseUrl& url, const Settings& settings, PublicFacts& facts) {
  auto seen = see_certificate(url, settings.peer_ca_file, kLongestHandshake);
  if (!seen) {
    facts.unreachable = std::move(seen).error();
    return;
  }
  facts.certificate = CertificateFacts{url.host, seen->from, seen->until, seen->refused, {}};
}

void ask_own_url(const BaseUrl& url, const Settings& settings, const std::string& mark,
                 PublicFacts& facts) {
  FrontQuestion question;
  question.path = "/federation/node?probe=" + (mark.empty() ? std::string("0") : mark);
  question.mark = mark;
  question.forgery = kForgery;
  question.ca_file = settings.peer_ca_file;
  question.user_agent = std::string("dure/") + kVersion + " (doctor)";
  auto answer = ask_front(url, question);
  if (!answer) {
    facts.unreachable = std::move(answer).error();
    return;
  }
  const auto card = parse_card(*answer);
  if (card) facts.origin = card->origin;
}

// Our log as the peer has it; only what bears our signature counts.
std::optional<std::uint64_t> size_in(const std::vector<AnnouncedHead>& heads,
                                     const NodeFacts& node) {
  const auto key = VerifierKey::parse(node.log_vkey);
  if (!key) return std::nullopt;
  for (const AnnouncedHead& head : heads) {
    if (head.origin != node.origin) continue;
    const auto opened = open_checkpoint(head.checkpoint, node.origin, {&*key, 1});
    if (opened) return opened->checkpoint.size;
  }
  return std::nullopt;
}

void ask_for_heads(PeerFacts& facts, const NodeFacts& node, const OpenSource& open,
                   const std::function<std::int64_t()>& now) {
  const auto source = open(facts.peer.url);
  if (!source) {
    facts.unreachable = source.error();
    return;
  }
  FetchRequest request{.path = "/federation/heads", .max_bytes = kMaxHeadsBytes};
  request.compress = true;
  const auto response = (*source)->fetch(request);
  if (!response) {
    facts.unreachable = response.error();
    return;
  }
  if (response->date != 0) facts.ahead = response->date - now();
  const auto heads = parse_heads(response->body);
  facts.tells_heads = heads.has_value();
  if (heads) facts.own_size = size_in(*heads, node);
}

}  // namespace

ListenFacts look_at_listening(const Settings& settings, const NodeFacts& node) {
  ListenFacts facts{settings.listen, true, std::nullopt};
  // A node that does not answer has not said where it listens.
  const auto url =
      parse_base_url(node.listening.empty() ? "http://" + settings.listen : node.listening);
  if (!url) {
    facts.failure = url.error();
    return facts;
  }
  if (!node.listening.empty()) facts.listen = node.listening.substr(node.listening.find("://") + 3);
  auto socket = dial_tcp(*url, kLongestLookup, {});
  if (!socket) facts.failure = std::move(socket).error();
  return facts;
}

PublicFacts look_at_own_url(const Settings& settings, const NodeFacts& node,
                            const FrontAccess& front) {
  PublicFacts facts;
  facts.url = settings.url;
  facts.node_has_tls = !settings.tls_certificate.empty();
  facts.trusted_proxies = settings.trusted_proxies.size();
  facts.trusts_everybody =
      std::any_of(settings.trusted_proxies.begin(), settings.trusted_proxies.end(),
                  [](const std::string& entry) { return entry.ends_with("/0"); });
  if (facts.url.empty()) return facts;
  const auto url = parse_base_url(facts.url);
  if (!url) {
    facts.unreachable = url.error();
    return facts;
  }
  facts.tls = url->tls;
  const auto listening = parse_base_url(node.listening);
  facts.own_port = !listening || listening->port == url->port;
  auto addresses = resolve_host(url->host, kLongestLookup);
  if (!addresses) {
    facts.unresolved = std::move(addresses).error();
    return facts;
  }
  facts.addresses = *std::move(addresses);
  if (url->tls) look_at_certificate_of(*url, settings, facts);
  if (facts.unreachable) return facts;
  const std::string mark = node.running ? front.expect() : std::string();
  ask_own_url(*url, settings, mark, facts);
  if (!mark.empty() && !facts.unreachable) facts.front = front.arrived(mark, kForgery);
  return facts;
}

std::vector<PeerFacts> look_at_peers(const Settings& settings, const NodeFacts& node,
                                     const std::function<std::int64_t()>& now) {
  std::vector<PeerFacts> all(std::min(node.peers.size(), kMostAsked));
  const OpenSource open = make_quick_opener(settings, std::stop_token());
  run_parallel(all.size(), kAskedAtOnce, [&](std::size_t i, std::size_t) {
    PeerFacts& facts = all[i];
    facts.peer = node.peers[i];
    const auto url = parse_base_url(facts.peer.url);
    const auto found = url ? resolve_host(url->host, kLongestLookup)
                           : Result<std::vector<std::string>>(url.error());
    if (found) {
      ask_for_heads(facts, node, open, now);
    } else {
      facts.unresolved = found.error();
    }
  });
  return all;
}

}  // namespace dure::node
