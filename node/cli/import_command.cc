// SPDX-License-Identifier: Apache-2.0
// `dure import gov24` and `dure withdraw`.
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/finality.h"
#include "publishing/gov24.h"

namespace dure::node {
namespace {

using nlohmann::json;

void say_invalid(Session& session, const std::string& file, const json& invalid) {
  for (const auto& record : invalid) {
    const auto place = session.say(
        "cli.place",
        {{"file", printable(file)}, {"line", std::to_string(number_member(record, "line"))}});
    for (const auto& message : record.value("messages", std::vector<std::string>())) {
      session.err << place << " (" << text_member(record, "name") << "): " << message << '\n';
    }
  }
}

ExitCode report_import(Session& session, const std::string& file, const json& answer, bool skip) {
  const auto invalid = answer.value("invalid", json::array());
  const auto count = [&](const char* name) { return std::to_string(number_member(answer, name)); };
  session.print("cli.import_done", {{"file", printable(file)},
                                    {"published", count("published")},
                                    {"updated", count("updated")},
                                    {"unchanged", count("unchanged")},
                                    {"withdrawn", count("withdrawn")},
                                    {"left", count("left")}});
  if (invalid.empty()) return ExitCode::kOk;
  session.out.flush();
  say_invalid(session, file, invalid);
  session.err << session.say(skip ? "cli.publish_skipped" : "cli.publish_nothing",
                             {{"count", std::to_string(invalid.size())}})
              << std::endl;
  return skip ? ExitCode::kOk : ExitCode::kNo;
}

Result<json> import_file(NodeAccess& node, Session& session, const std::string& file,
                         const Query& query) {
  auto contents = read_input(file, session, kMaxGov24FileBytes);
  if (!contents) return contents.error();
  auto answer =
      ask_json(node, session, {"POST", "/control/v1/import/gov24", query, std::move(*contents)});
  if (answer || answer.error().code == ErrorCode::kStorage) return answer;
  return Error{answer.error().code,
               answer.error().detail,
               "errors.in_file",
               {{"file", printable(file)}, {"detail", explain(session.language, answer.error())}}};
}

}  // namespace

ExitCode run_import_gov24(const Invocation& invocation, Session& session) {
  const auto wish = final_wish(invocation);
  if (!wish) return session.fail(wish.error(), ExitCode::kUsage);
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  Query query;
  const bool skip = invocation.has("--skip-invalid");
  if (invocation.has("--all")) query.emplace_back("all", "1");
  if (skip) query.emplace_back("skip_invalid", "1");
  ExitCode code = ExitCode::kOk;
  json answers = json::array();
  std::uint64_t size = 0;
  for (const auto& file : invocation.words) {
    auto answer = import_file(**node, session, file, query);
    if (!answer) return session.fail(answer.error());
    size = number_member(*answer, "size");
    if (invocation.has("--json")) {
      if (!answer->value("invalid", json::array()).empty() && !skip) code = ExitCode::kNo;
      (*answer)["file"] = file;
      answers.push_back(std::move(*answer));
    } else if (report_import(session, file, *answer, skip) != ExitCode::kOk) {
      code = ExitCode::kNo;
    }
  }
  json last = json::object();
  const auto waited = finish_waiting(**node, session, size, *wish, invocation.has("--json"), last);
  if (!answers.empty()) answers.back().update(last);
  if (invocation.has("--json")) session.out << answers.dump(2) << '\n';
  return code == ExitCode::kOk ? waited : code;
}

ExitCode run_withdraw(const Invocation& invocation, Session& session) {
  const auto wish = final_wish(invocation);
  if (!wish) return session.fail(wish.error(), ExitCode::kUsage);
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  const json request = {{"id", invocation.words.front()}, {"reason", invocation.value("--reason")}};
  auto answer = ask_json(**node, session,
                         {"POST",
                          "/control/v1/withdraw",
                          {},
                          request.dump(-1, ' ', false, json::error_handler_t::replace)});
  if (!answer) return session.fail(answer.error());
  const bool as_json = invocation.has("--json");
  if (!as_json) {
    session.print("cli.withdraw_done", {{"id", text_member(*answer, "id")},
                                        {"rev", std::to_string(number_member(*answer, "rev"))}});
  }
  const auto waited =
      finish_waiting(**node, session, number_member(*answer, "size"), *wish, as_json, *answer);
  if (as_json) session.out << answer->dump() << '\n';
  return waited;
}

}  // namespace dure::node
