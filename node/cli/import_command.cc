// SPDX-License-Identifier: Apache-2.0
// `dure import gov24` and `dure withdraw`.
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/finality.h"
#include "cli/importing.h"
#include "publishing/gov24.h"

namespace dure::node {
namespace {

using nlohmann::json;

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
  const auto wish = import_wish(invocation);
  if (!wish) return session.fail(wish.error(), ExitCode::kUsage);
  auto node = reach_for_import(session, *wish);
  if (!node) return cannot_open(session, node.error());
  auto query = import_query(*wish);
  if (invocation.has("--all")) query.emplace_back("all", "1");
  ImportReport report(session, *wish);
  for (const auto& file : invocation.words) {
    auto answer = import_file(**node, session, file, query);
    if (!answer) return session.fail(answer.error());
    report.take(file, std::move(*answer), place_in_file(session, file));
  }
  return report.finish(**node);
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
