// SPDX-License-Identifier: Apache-2.0
// `dure members list`, and what `dure show` says of a members-only entry. They go through the
// control socket: nobody else is told.
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/members_words.h"
#include "web/entry_view.h"

namespace dure::node {
namespace {

using nlohmann::json;

std::string title_in(const json& title, Language language) {
  auto wanted = text_member(title, language == Language::kKo ? "ko" : "en");
  if (wanted.empty()) wanted = text_member(title, "ko");
  return printable(wanted.empty() ? text_member(title, "en") : wanted, 300);
}

TextArguments words_of(const Session& session, const json& record) {
  return {{"id", text_member(record, "id")},
          {"rev", std::to_string(number_member(record, "rev"))},
          {"latest", std::to_string(number_member(record, "latestRev"))},
          {"index", std::to_string(number_member(record, "index"))},
          {"type", type_in_words(text_member(record, "type"), session.language)},
          {"publisher", printable(text_member(record, "publisher"))},
          {"origin", text_member(record, "origin")},
          {"time", text_member(record, "time")},
          {"state", session.say("cli.members_state." + text_member(record, "state"))}};
}

}  // namespace

ExitCode say_members_only(Session& session, const json& record) {
  const auto body = record.value("body", json());
  auto words = words_of(session, record);
  words.emplace_back("title", body.is_object()
                                  ? title_in(body.value("title", json()), session.language)
                                  : session.say("cli.members_untitled"));
  session.print("cli.members_head", words);
  session.print("cli.members_only");
  if (!body.is_null())
    session.out << body.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
  session.print("cli.show_history");
  for (const auto& revision : record.value("history", json::array()))
    session.print("cli.members_revision", words_of(session, revision));
  return body.is_null() ? ExitCode::kNo : ExitCode::kOk;
}

ExitCode run_members_list(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  Query query;
  std::string words;
  for (const auto& word : invocation.words) words += (words.empty() ? "" : " ") + word;
  if (!words.empty()) query.emplace_back("q", words);
  if (auto origin = invocation.value("--from"); !origin.empty())
    query.emplace_back("origin", std::move(origin));
  const auto list = ask_json(**node, session, {"GET", "/control/v1/members", query});
  if (!list) return session.fail(list.error());
  const auto entries = list->value("entries", json::array());
  if (invocation.has("--json")) {
    session.out << list->dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    return entries.empty() ? ExitCode::kNo : ExitCode::kOk;
  }
  for (const auto& entry : entries) {
    auto said = words_of(session, entry);
    const auto title = entry.value("title", json());
    said.emplace_back("title", title.is_object() ? title_in(title, session.language)
                                                 : session.say("cli.members_untitled"));
    session.print("cli.members_one", said);
  }
  session.print("cli.members_count",
                {{"count", std::to_string(entries.size())},
                 {"missing", std::to_string(number_member(*list, "missing"))}});
  return entries.empty() ? ExitCode::kNo : ExitCode::kOk;
}

}  // namespace dure::node
