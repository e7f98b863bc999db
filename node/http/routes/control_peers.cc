// SPDX-License-Identifier: Apache-2.0
#include "http/routes/control_peers.h"

#include <nlohmann/json.hpp>

#include "http/routes/control_reply.h"
#include "replication/bounds.h"

namespace dure::node::http {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Error about_peer(ErrorCode code, std::string text, const std::string& url,
                 const std::string& detail = {}) {
  return Error{code,
               detail.empty() ? url : url + ": " + detail,
               std::move(text),
               {{"url", printable(url)}, {"detail", printable(detail, 400)}}};
}

// http(s)://host[:port] and nothing behind it.
Result<std::string> base_url(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!url.starts_with(scheme)) continue;
    const auto host = std::string_view(url).substr(scheme.size());
    if (!host.empty() && host.find_first_of("/?#@ \t\r\n") == std::string_view::npos) return url;
  }
  return about_peer(ErrorCode::kInvalid, "errors.peer_url", url);
}

// Why a certificate was refused has a message of its own, with what can be done about it.
Error unreachable(const std::string& url, const Error& error) {
  if (!error.text.empty()) return error;
  return about_peer(ErrorCode::kUnavailable, "errors.peer_unreachable", url, error.detail);
}

Result<NodeCard> fetch_card(const ControlPorts& ports, const std::string& url) {
  auto source = ports.open_source(url);
  if (!source) return unreachable(url, source.error());
  FetchRequest request;
  request.path = "/federation/node";
  request.max_bytes = kMaxCardBytes;
  const auto answer = (*source)->fetch(request);
  if (!answer && answer.error().code == ErrorCode::kUnavailable)
    return unreachable(url, answer.error());
  if (!answer)
    return about_peer(ErrorCode::kUnavailable, "errors.peer_not_a_node", url,
                      answer.error().detail);
  auto card = parse_card(answer->body);
  if (!card)
    return about_peer(ErrorCode::kUnavailable, "errors.peer_not_a_node", url, card.error().detail);
  return card;
}

Result<VerifierKey> key_of(const NodeCard& card, const std::string& url) {
  auto key = VerifierKey::parse(card.log_vkey);
  if (!key) return about_peer(ErrorCode::kBadSignature, "errors.peer_key", url, key.error().detail);
  if (key->name() != card.origin)
    return about_peer(ErrorCode::kBadSignature, "errors.peer_key", url, "name");
  return key;
}

json describe_card(const NodeCard& card, const VerifierKey& key, const std::string& url) {
  return {{"url", url},
          {"origin", card.origin},
          {"name", card.name},
          {"region", card.region},
          {"role", role_name(card.role)},
          {"vkey", card.log_vkey},
          {"fingerprint", key.fingerprint()}};
}

std::string member(const json& object, const char* name) {
  return object.is_object() && object.contains(name) && object[name].is_string()
             ? object[name].get<std::string>()
             : "";
}

}  // namespace

Response list_peers(const ControlPorts& ports, const Request& request) {
  const auto peers = ports.peers->peers();
  if (!peers) return control_problem(request, peers.error());
  json out = json::array();
  for (const auto& peer : *peers) {
    const auto key = VerifierKey::parse(peer.card.log_vkey);
    if (key) out.push_back(describe_card(peer.card, *key, peer.url));
  }
  return control_json(dump({{"peers", std::move(out)}}));
}

Response look_or_add_peer(const ControlPorts& ports, const Request& request) {
  const auto wish = json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  const auto url = base_url(member(wish, "url"));
  if (!url) return control_problem(request, url.error());
  const auto card = fetch_card(ports, *url);
  if (!card) return control_problem(request, card.error());
  const auto key = key_of(*card, *url);
  if (!key) return control_problem(request, key.error());
  if (card->origin == ports.own_origin) {
    return control_problem(request, about_peer(ErrorCode::kConflict, "errors.peer_self", *url));
  }
  if (ports.may_add_peer) {
    if (const auto may = ports.may_add_peer(*card); !may)
      return control_problem(request, may.error());
  }
  const auto pinned = member(wish, "vkey");
  auto answer = describe_card(*card, *key, *url);
  answer["added"] = !pinned.empty();
  if (pinned.empty()) return control_json(dump(answer));
  if (pinned != card->log_vkey) {
    return control_problem(request, about_peer(ErrorCode::kBadSignature, "errors.peer_other_key",
                                               *url, card->log_vkey));
  }
  PeerEntry peer;
  peer.card = *card;
  peer.url = *url;
  if (const auto added = ports.peers->add(peer); !added)
    return control_problem(request, added.error());
  if (ports.peers_changed) ports.peers_changed();
  return control_json(dump(answer));
}

Response remove_peer(const ControlPorts& ports, const Request& request) {
  const std::string what(request.parameter("what").value_or(""));
  if (ports.may_remove_peer) {
    if (const auto may = ports.may_remove_peer(what); !may)
      return control_problem(request, may.error());
  }
  auto removed = ports.peers->remove(what);
  if (!removed && removed.error().code == ErrorCode::kNotFound && what.ends_with('/')) {
    removed = ports.peers->remove(std::string_view(what).substr(0, what.find_last_not_of('/') + 1));
  }
  if (!removed && removed.error().code == ErrorCode::kNotFound) {
    return control_problem(request, about_peer(ErrorCode::kNotFound, "errors.peer_unknown", what));
  }
  if (!removed) return control_problem(request, removed.error());
  if (ports.peers_changed) ports.peers_changed();
  return control_json(R"({"removed":true})");
}

}  // namespace dure::node::http
