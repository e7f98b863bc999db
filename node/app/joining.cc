// SPDX-License-Identifier: Apache-2.0
#include "app/joining.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/own_charter.h"
#include "membership/charter_changes.h"
#include "membership/charter_exchange.h"
#include "membership/key_changes.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxJoinBytes = 16 * 1024;
constexpr std::string_view kCharterText = "federation-charter/";

Error not_reached(const std::string& url, const Error& error) {
  Error told = error;
  if (told.text.empty()) told.text = "errors.peer_unreachable";
  told.args = {{"url", printable(url)}, {"detail", printable(error.detail, 400)}};
  return told;
}

Status ask_to_join(NodeParts& node, Source& source, const Hash& federation) {
  const auto request = signed_join_request(node, federation);
  if (!request) return request.error();
  return send_join_request(source, *request);
}

// A draft is bound to the version that it follows: whoever was taken in meanwhile made ours void.
void ask_again(NodeParts& node, Source& source, const CharterBook::Joining& joining,
               std::uint64_t newest_version) {
  if (newest_version == node.asked_version) return;
  const auto fingerprint = hex_decode(joining.fingerprint);
  Hash federation{};
  if (!fingerprint || fingerprint->size() != federation.size()) return;
  std::copy(fingerprint->begin(), fingerprint->end(), federation.begin());
  if (auto asked = ask_to_join(node, source, federation); !asked) {
    node.log.warning("charter.join_failed", error_fields(asked.error()));
    return;  // tried again with the next question
  }
  node.asked_version = newest_version;
}

/// A draft that its member made and signed itself (PROTOCOL.md §21).
Result<std::string> take_wish(NodeParts& node, const std::string& note) {
  const auto draft = parse_signed_charter(note);
  if (!draft) return draft.error();
  const auto current = node.charter->current();
  if (!current) return Error{ErrorCode::kUnavailable, "this node has no charter"};
  if (draft->charter.previous != charter_hash(current->note.text)) {
    return Error{ErrorCode::kConflict, "it does not follow the newest version here",
                 "charter.other-previous"};
  }
  const auto change = key_change_between(*current, draft->charter);
  if (!change || !is_wish(*change, draft->note)) {
    return Error{ErrorCode::kRefused, "no change of keys that its member has signed",
                 "charter.no-wish"};
  }
  const auto kept = node.charter->offer(note);
  if (!kept) return kept.error();
  const std::string hash = hex_encode(as_view(charter_hash(draft->note.text)));
  if (*kept == Offered::kDraft)
    node.log.info("charter.keys_requested", {{"origin", change->origin}, {"draft", hash}});
  return hash;
}

json describe_federation(const Charter& newest, const Hash& fingerprint) {
  return {{"federation", newest.federation},
          {"version", newest.version},
          {"members", newest.members.size()},
          {"stewards", newest.stewards.size()},
          {"threshold", newest.threshold},
          {"fingerprint", hex_encode(as_view(fingerprint))},
          {"state", "seen"}};
}

}  // namespace

Result<std::string> signed_join_request(NodeParts& node, const Hash& federation) {
  auto member = own_member(node);
  if (!member) return std::move(member).error();
  Note note{format_join_request({federation, *std::move(member)}), {}};
  auto line = sign_note(note.text, *node.signer);
  if (!line) return std::move(line).error();
  note.signatures.push_back(*std::move(line));
  return format_note(note);
}

Result<std::string> take_join_request(NodeParts& node, const std::string& note) {
  if (note.starts_with(kCharterText)) return take_wish(node, note);
  if (note.size() > kMaxJoinBytes)
    return Error{ErrorCode::kTooLarge, "a request to join of over 16 KiB"};
  const auto request = open_join_request(note);
  if (!request) return request.error();
  const auto current = node.charter->current();
  if (!current) return Error{ErrorCode::kUnavailable, "this node has no charter"};
  const std::string fingerprint = node.charter->fingerprint();
  auto next = version_with(*current, *request, fingerprint, node.now());
  const bool member = !next && next.error().text == "charter.member-already";
  if (member) {
    // The one thing that a member may ask for.
    if (auto continued = version_continuing(*current, *request, fingerprint))
      next = std::move(continued);
  }
  if (!next) return next.error();
  const std::string text = format_charter(*next);
  const std::string hash = hex_encode(as_view(charter_hash(text)));
  const auto kept = node.charter->offer(text);
  if (!kept) return kept.error();
  if (*kept == Offered::kKnown) return hash;
  node.log.info("charter.join_requested", {{"member", request->member.id}, {"draft", hash}});
  return hash;
}

Result<std::string> join_federation(NodeParts& node, const std::string& url,
                                    const std::string& fingerprint) {
  auto source = node.open_source(url);
  if (!source) return not_reached(url, source.error());
  const auto chain = fetch_chain(**source);
  if (!chain) return not_reached(url, chain.error());
  const auto founding = parse_signed_charter(chain->front());
  const auto newest = parse_signed_charter(chain->back());
  if (!founding || !newest) return (founding ? newest : founding).error();
  if (auto sound = verify_founding(*founding); !sound) return std::move(sound).error();
  const Hash federation = charter_hash(founding->note.text);
  json answer = describe_federation(newest->charter, federation);
  answer["without_url"] = node.own.url.empty();
  if (fingerprint.empty()) return answer.dump();
  if (fingerprint != answer["fingerprint"]) {
    return Error{ErrorCode::kBadSignature, "another federation answers at " + url,
                 "charter.other-federation"};
  }
  if (!names_this_node(newest->charter, node)) {
    if (auto asked = ask_to_join(node, **source, federation); !asked)
      return not_reached(url, asked.error());
  }
  node.asked_version = newest->charter.version;
  if (auto kept = node.charter->set_joining(CharterBook::Joining{url, fingerprint}); !kept)
    return std::move(kept).error();
  answer["state"] = finish_joining(node, {url, fingerprint}) ? "joined" : "asked";
  return answer.dump();
}

bool finish_joining(NodeParts& node, const CharterBook::Joining& joining) {
  auto source = node.open_source(joining.url);
  if (!source) return false;
  const auto chain = fetch_chain(**source);
  if (!chain) return false;
  const auto newest = parse_signed_charter(chain->back());
  if (!newest) return false;
  if (!names_this_node(newest->charter, node)) {
    ask_again(node, **source, joining, newest->charter.version);
    return false;
  }
  if (auto moved = node.charter->move_to(*chain, joining.fingerprint); !moved) {
    node.log.error("charter.join_failed", error_fields(moved.error()));
    return false;
  }
  node.log.info("charter.joined", {{"federation", newest->charter.federation},
                                   {"version", std::to_string(newest->charter.version)}});
  return true;
}

}  // namespace dure::node
