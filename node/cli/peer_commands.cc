// SPDX-License-Identifier: Apache-2.0
// `dure peer …` and `dure pull`.
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/confirm.h"

namespace dure::node {
namespace {

using nlohmann::json;

// The node's answers speak of the peer; whatever is wrong with it is the peer's or the network's.
ExitCode peer_failure(Session& session, const Error& error) {
  const bool ours = error.code == ErrorCode::kStorage || error.code == ErrorCode::kInternal ||
                    error.code == ErrorCode::kInvalid || error.code == ErrorCode::kNotFound ||
                    error.code == ErrorCode::kConflict || error.code == ErrorCode::kRefused;
  return ours ? session.fail(error) : session.fail(error, ExitCode::kPeer);
}

TextArguments card_arguments(const Session& session, const json& card) {
  TextArguments args;
  for (const char* name : {"url", "origin", "name", "region", "fingerprint", "vkey"}) {
    args.emplace_back(name, printable(text_member(card, name), 400));
  }
  const auto role = text_member(card, "role");
  const auto key = "cli.role." + role;
  args.emplace_back("role", has_text(session.language, key) ? session.say(key) : printable(role));
  return args;
}

Result<json> post_peer(NodeAccess& node, const Session& session, const std::string& url,
                       const std::string& vkey) {
  const json wish = {{"url", url}, {"vkey", vkey}};
  return ask_json(
      node, session,
      {"POST", "/control/v1/peers", {}, wish.dump(-1, ' ', false, json::error_handler_t::replace)});
}

// Who answers at `url`, confirmed by the operator or by the key that was named beforehand.
ExitCode add_one(const Invocation& invocation, Session& session, NodeAccess& node,
                 const std::string& url, json& added) {
  auto vkey = invocation.value("--vkey");
  if (vkey.empty()) {
    const auto card = post_peer(node, session, url, "");
    if (!card) return peer_failure(session, card.error());
    vkey = text_member(*card, "vkey");
    if (!invocation.has("--json")) session.print("cli.peer_card", card_arguments(session, *card));
    if (!invocation.has("--yes")) {
      if (!session.terminal) {
        return session.fail(
            Error{ErrorCode::kRefused, "not confirmed", "errors.peer_unconfirmed", {{"url", url}}});
      }
      if (!confirm(session, "cli.peer_confirm", card_arguments(session, *card)))
        return ExitCode::kRefused;
    }
  }
  const auto answer = post_peer(node, session, url, vkey);
  if (!answer) return peer_failure(session, answer.error());
  if (!invocation.has("--json")) session.print("cli.peer_added", card_arguments(session, *answer));
  added.push_back(*answer);
  return ExitCode::kOk;
}

}  // namespace

ExitCode run_peer_add(const Invocation& invocation, Session& session) {
  if (!invocation.value("--vkey").empty() && invocation.words.size() > 1) {
    return session.fail(Error{ErrorCode::kInvalid, "--vkey", "errors.usage_vkey_one", {}},
                        ExitCode::kUsage);
  }
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  json added = json::array();
  ExitCode code = ExitCode::kOk;
  for (const auto& url : invocation.words) {
    const auto one = add_one(invocation, session, **node, url, added);
    if (one != ExitCode::kOk) code = one;
  }
  if (invocation.has("--json")) session.out << json{{"peers", added}}.dump(2) << '\n';
  return code;
}

ExitCode run_peer_list(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  const auto answer = ask_json(**node, session, {"GET", "/control/v1/peers"});
  if (!answer) return session.fail(answer.error());
  if (invocation.has("--json")) {
    session.out << answer->dump(2) << '\n';
    return ExitCode::kOk;
  }
  const auto peers = answer->value("peers", json::array());
  for (const auto& peer : peers) session.print("cli.peer_line", card_arguments(session, peer));
  if (peers.empty()) session.print("cli.peer_none");
  return ExitCode::kOk;
}

ExitCode run_peer_remove(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  const auto& what = invocation.words.front();
  const auto answer = ask(**node, session, {"DELETE", "/control/v1/peers", {{"what", what}}});
  if (!answer) return session.fail(answer.error());
  session.print("cli.peer_removed", {{"what", printable(what)}});
  return ExitCode::kOk;
}

ExitCode run_pull(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  const auto answer = ask_json(**node, session, {"POST", "/control/v1/pull"});
  if (!answer) return session.fail(answer.error());
  if (invocation.has("--json")) session.out << answer->dump(2) << '\n';
  return report_pulls(session, *answer, invocation.has("--json"));
}

namespace {

std::string explain_detail(const Session& session, const json& pull) {
  const auto error = error_member(pull);
  return error ? explain(session.language, *error) : std::string();
}

}  // namespace

ExitCode report_pulls(Session& session, const json& answer, bool quiet) {
  ExitCode code = ExitCode::kOk;
  bool said = quiet;
  for (const auto& pull : answer.value("pulled", json::array())) {
    const TextArguments args = {{"origin", text_member(pull, "origin")},
                                {"entries", std::to_string(number_member(pull, "entries"))},
                                {"size", std::to_string(number_member(pull, "to"))},
                                {"bytes", std::to_string(number_member(pull, "wire_bytes"))},
                                {"detail", explain_detail(session, pull)}};
    if (!quiet && number_member(pull, "entries") > 0) {
      session.print("cli.pull_line", args);
      said = true;
    }
    if (text_member(pull, "error").empty()) continue;
    session.out.flush();
    session.err << session.say("cli.pull_failed", args) << std::endl;
    code = ExitCode::kPeer;
  }
  if (!said && code == ExitCode::kOk) session.print("cli.pull_nothing");
  return code;
}

}  // namespace dure::node
