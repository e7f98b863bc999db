// SPDX-License-Identifier: Apache-2.0
// `dure inbox`: what citizens told this town, and what is decided about it.
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/finality.h"
#include "dure/encoding.h"
#include "publishing/entry_document.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::size_t kMostAnswer = 64 * 1024;
constexpr std::size_t kFirstWords = 160;  // bytes of a text in a list

Error usage(const char* text, TextArguments args) {
  return Error{ErrorCode::kInvalid, "usage", text, std::move(args)};
}

std::string as_json(const json& value) {
  return value.dump(2, ' ', false, json::error_handler_t::replace);
}

// What a citizen wrote, line by line: nothing in it can steer a terminal.
void print_text(Session& session, const std::string& text) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    session.out << "  " << printable(text.substr(at, end - at), 16 * 1024) << '\n';
    at = end + 1;
  }
}

std::string first_words(const json& message) {
  const std::string text = text_member(message, "text");
  return printable(text.substr(0, text.find('\n')), kFirstWords);
}

TextArguments words_of(const Session& session, const json& message) {
  const auto times = number_member(message, "times");
  return {{"number", std::to_string(number_member(message, "number"))},
          {"received", text_member(message, "received")},
          {"kind", session.say("cli.inbox_kind." + text_member(message, "kind"))},
          {"state", session.say("cli.inbox_state." + text_member(message, "state"))},
          {"times", times > 1 ? session.say("cli.inbox_times", {{"times", std::to_string(times)}})
                              : std::string()},
          {"entry", text_member(message, "entry")},
          {"record", text_member(message, "record")},
          {"text", first_words(message)}};
}

void print_message(Session& session, const json& message) {
  const auto words = words_of(session, message);
  session.print("cli.inbox_head", words);
  if (message.contains("entry")) session.print("cli.inbox_entry", words);
  session.out << '\n';
  print_text(session, text_member(message, "text"));
  if (message.contains("record")) session.print("cli.inbox_record", words);
  if (!message.contains("answer")) return;
  session.out << '\n';
  session.print("cli.inbox_answer");
  print_text(session, text_member(message, "answer"));
}

/// The flag's value, or standard input for "-". Errors: kInvalid if the flag is missing.
Result<std::string> words_from(const Invocation& invocation, Session& session, const char* flag) {
  std::string value = invocation.value(flag);
  if (value.empty()) return usage("errors.inbox_flag_missing", {{"flag", flag}});
  if (value == "-") return read_input("-", session, kMostAnswer);
  return value;
}

ExitCode say(const Invocation& invocation, Session& session, const char* flag, const char* path,
             const char* done) {
  auto words = words_from(invocation, session, flag);
  if (!words) return session.fail(words.error(), ExitCode::kUsage);
  auto node = reach_node(session.settings, Purpose::kInspect);
  if (!node) return cannot_open(session, node.error());
  const std::string body =
      json{{"text", *words}}.dump(-1, ' ', false, json::error_handler_t::replace);
  const auto answer =
      ask_json(**node, session, {"POST", path, {{"number", invocation.words.front()}}, body});
  if (!answer) return session.fail(answer.error());
  if (invocation.has("--json")) {
    session.out << as_json(*answer) << '\n';
  } else {
    session.print(done, words_of(session, *answer));
  }
  return ExitCode::kOk;
}

}  // namespace

ExitCode run_inbox_list(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kInspect);
  if (!node) return cannot_open(session, node.error());
  const bool all = invocation.has("--all");
  Query query;
  if (all) query.emplace_back("all", "1");
  const auto list = ask_json(**node, session, {"GET", "/control/v1/inbox", query});
  if (!list) return session.fail(list.error());
  const auto messages = list->value("messages", json::array());
  if (invocation.has("--json")) {
    session.out << as_json(*list) << '\n';
    return ExitCode::kOk;
  }
  for (const auto& message : messages) session.print("cli.inbox_one", words_of(session, message));
  session.print(all ? "cli.inbox_count_all" : "cli.inbox_count",
                {{"count", std::to_string(messages.size())}});
  return ExitCode::kOk;
}

ExitCode run_inbox_show(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kInspect);
  if (!node) return cannot_open(session, node.error());
  const auto message =
      ask_json(**node, session,
               {"GET", "/control/v1/inbox/message", {{"number", invocation.words.front()}}});
  if (!message) return session.fail(message.error());
  if (invocation.has("--json")) {
    session.out << as_json(*message) << '\n';
  } else {
    print_message(session, *message);
  }
  return ExitCode::kOk;
}

ExitCode run_inbox_answer(const Invocation& invocation, Session& session) {
  return say(invocation, session, "--text", "/control/v1/inbox/answer", "cli.inbox_answered");
}

ExitCode run_inbox_decline(const Invocation& invocation, Session& session) {
  return say(invocation, session, "--reason", "/control/v1/inbox/decline", "cli.inbox_declined");
}

ExitCode run_inbox_publish(const Invocation& invocation, Session& session) {
  const auto wish = final_wish(invocation);
  if (!wish) return session.fail(wish.error(), ExitCode::kUsage);
  const auto document = read_input(invocation.words.at(1), session, kMaxDocumentBytes);
  if (!document) return session.fail(document.error());
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  auto answer = ask_json(
      **node, session,
      {"POST", "/control/v1/inbox/publish", {{"number", invocation.words.front()}}, *document});
  if (!answer) return session.fail(answer.error());
  const bool json_wanted = invocation.has("--json");
  if (!json_wanted) {
    session.print("cli.inbox_published",
                  {{"number", invocation.words.front()}, {"record", text_member(*answer, "id")}});
  }
  const auto waited =
      finish_waiting(**node, session, number_member(*answer, "size"), *wish, json_wanted, *answer);
  if (json_wanted) session.out << as_json(*answer) << '\n';
  return waited;
}

}  // namespace dure::node
