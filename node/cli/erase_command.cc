// SPDX-License-Identifier: Apache-2.0
// `dure erase` and `dure erase status`.
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/finality.h"
#include "dure/encoding.h"

namespace dure::node {
namespace {

using nlohmann::json;

Error usage(const char* text, const std::string& value) {
  return {ErrorCode::kInvalid, value, text, {{"value", printable(value)}}};
}

// What is about to be erased, in words that a person recognises; nothing of it is kept.
std::string title_of(NodeAccess& node, const Session& session, const std::string& id) {
  const auto record = ask_json(node, session, {"GET", "/api/v1/entries/" + percent_encode(id)});
  if (!record) return {};
  const auto body = record->value("body", json());
  const auto title = body.is_object() ? body.value("title", json()) : json();
  auto text = text_member(title, session.language == Language::kKo ? "ko" : "en");
  return printable(text.empty() ? text_member(title, "ko") : text, 300);
}

bool confirmed(const Invocation& invocation, Session& session, NodeAccess& node) {
  if (invocation.has("--yes")) return true;
  const auto& id = invocation.words.front();
  const auto rev = invocation.value("--rev");
  return confirm(session, rev.empty() ? "cli.erase_confirm" : "cli.erase_confirm_revision",
                 {{"id", printable(id)}, {"title", title_of(node, session, id)}, {"rev", rev}});
}

void say_erased(Session& session, const json& answer) {
  const auto erased = answer.value("erased", json::array());
  const TextArguments args = {{"id", text_member(answer, "id")},
                              {"count", std::to_string(erased.size())},
                              {"already", std::to_string(number_member(answer, "already"))},
                              {"peers", std::to_string(number_member(answer, "peers"))}};
  session.print(erased.empty() ? "cli.erase_already" : "cli.erase_done", args);
  if (!answer.value("finished", true)) session.print("cli.erase_unfinished");
  if (number_member(answer, "peers") > 0) session.print("cli.erase_follow", args);
  for (const auto& one : erased) {
    const auto origin = text_member(one, "origin");
    if (origin.empty()) continue;
    session.print("cli.erase_sealed",
                  {{"origin", origin}, {"rev", std::to_string(number_member(one, "rev"))}});
  }
}

void say_peer(Session& session, const json& peer) {
  const TextArguments args = {{"name", printable(text_member(peer, "name"))},
                              {"origin", text_member(peer, "origin")},
                              {"answered", local_time(number_member(peer, "answered"))},
                              {"seen", local_time(number_member(peer, "last_seen"))}};
  if (number_member(peer, "answered") != 0) return session.print("cli.erase_answered", args);
  session.print(
      number_member(peer, "last_seen") != 0 ? "cli.erase_waiting" : "cli.erase_waiting_unseen",
      args);
}

/// Of the log that covers every erase entry of the answer; 0 if it made none.
std::uint64_t size_after(const json& answer) {
  std::uint64_t size = 0;
  for (const auto& erased : answer.value("erased", json::array()))
    size = std::max(size, number_member(erased, "eraseIndex") + 1);
  return size;
}

}  // namespace

ExitCode run_erase(const Invocation& invocation, Session& session) {
  const auto final_wanted = final_wish(invocation);
  if (!final_wanted) return session.fail(final_wanted.error(), ExitCode::kUsage);
  const auto reason = invocation.value("--reason");
  if (reason.empty())
    return session.fail(usage("errors.erase_reason_missing", {}), ExitCode::kUsage);
  json wish = {{"id", invocation.words.front()}, {"reason", reason}};
  if (const auto rev = invocation.value("--rev"); !rev.empty()) {
    const auto number = parse_decimal(rev);
    if (!number || *number == 0)
      return session.fail(usage("errors.parameter.rev", rev), ExitCode::kUsage);
    wish["rev"] = *number;
  }
  if (!invocation.has("--yes") && !session.terminal) {
    return session.fail(
        Error{ErrorCode::kRefused, "not confirmed", "errors.erase_unconfirmed", {}});
  }
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  if (!confirmed(invocation, session, **node)) return ExitCode::kRefused;
  auto answer = ask_json(
      **node, session,
      {"POST", "/control/v1/erase", {}, wish.dump(-1, ' ', false, json::error_handler_t::replace)});
  if (!answer) return session.fail(answer.error());
  const bool as_json = invocation.has("--json");
  if (!as_json) say_erased(session, *answer);
  const auto waited =
      finish_waiting(**node, session, size_after(*answer), *final_wanted, as_json, *answer);
  if (as_json) session.out << answer->dump() << '\n';
  return waited;
}

ExitCode run_erase_status(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kInspect);
  if (!node) return cannot_open(session, node.error());
  Query query;
  if (!invocation.words.empty()) query.emplace_back("id", invocation.words.front());
  const auto report = ask_json(**node, session, {"GET", "/control/v1/erasures", query});
  if (!report) return session.fail(report.error());
  if (invocation.has("--json")) {
    session.out << report->dump(2) << '\n';
    return ExitCode::kOk;
  }
  const auto erasures = report->value("erasures", json::array());
  if (erasures.empty()) session.print("cli.erase_status_none");
  for (const auto& erasure : erasures) {
    session.print(erasure.value("finished", false) ? "cli.erase_status" : "cli.erase_status_open",
                  {{"id", text_member(erasure, "id")},
                   {"rev", std::to_string(number_member(erasure, "rev"))},
                   {"reason", session.say("cli.erase_reason." + text_member(erasure, "reason"))},
                   {"time", local_time(number_member(erasure, "time"))}});
    for (const auto& peer : erasure.value("peers", json::array())) say_peer(session, peer);
  }
  return ExitCode::kOk;
}

}  // namespace dure::node
