// SPDX-License-Identifier: Apache-2.0
#include "http/routes/federation_routes.h"

#include "dure/encoding.h"
#include "dure/policy.h"
#include "http/routes/problems.h"
#include "replication/heads.h"

namespace dure::node::http {
namespace {

/// An answer that peers ask for again and again: always revalidated, usually 304 (the server
/// compares the tag).
Response revalidated(std::string content_type, std::string body) {
  const auto hash = sha256({body});
  const std::string tag = "\"" + hex_encode(as_view(hash).substr(0, 16)) + "\"";
  auto response = make_response(200, std::move(content_type), std::move(body));
  response.headers = {{"Cache-Control", "no-cache"}, {"ETag", tag}};
  response.allow_gzip = true;
  return response;
}

Result<std::string> all_heads(LogReader& logs) {
  const auto known = logs.logs();
  if (!known) return known.error();
  std::vector<AnnouncedHead> heads;
  for (const auto& log : *known) {
    auto head = logs.head(log.id);
    if (head) heads.push_back({log.origin, std::move(*head)});
    if (!head && head.error().code != ErrorCode::kNotFound) return std::move(head).error();
  }
  return format_heads(std::move(heads));
}

/// Part A trusts logs by their own keys; witnesses and a quorum come with the charter.
Result<std::string> policy_of(const NodeCard& own, PeerBook& peers) {
  const auto known = peers.peers();
  if (!known) return known.error();
  Policy policy;
  const auto add = [&policy](const NodeCard& card, const std::string& url) -> Status {
    auto key = VerifierKey::parse(card.log_vkey);
    if (!key) return std::move(key).error();
    policy.logs.push_back({std::move(*key), url});
    return ok();
  };
  if (auto added = add(own, own.url.empty() ? std::string() : own.url + "/log"); !added)
    return std::move(added).error();
  for (const auto& peer : *known) {
    if (auto added = add(peer.card, peer.url + "/log"); !added) return std::move(added).error();
  }
  return format_policy(policy);
}

}  // namespace

void add_federation_routes(Router& router, LogReader& logs, PeerBook& peers,
                           const std::function<NodeCard()>& own_card) {
  router.add("GET", "/federation/heads", [&logs](const Request&, const PathArguments&) {
    auto heads = all_heads(logs);
    if (!heads) return problem_of(heads.error());
    return revalidated("application/json", std::move(*heads));
  });
  router.add("GET", "/federation/node", [own_card](const Request&, const PathArguments&) {
    return revalidated("application/json", format_card(own_card()));
  });
  router.add("GET", "/federation/policy", [own_card, &peers](const Request&, const PathArguments&) {
    auto policy = policy_of(own_card(), peers);
    if (!policy) return problem_of(policy.error());
    return revalidated("text/plain; charset=utf-8", std::move(*policy));
  });
}

}  // namespace dure::node::http
