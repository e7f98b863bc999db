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

std::string named(const std::vector<std::string>& files) {
  std::string names;
  for (const auto& file : files) names += (names.empty() ? "" : ", ") + printable(file);
  return names;
}

PlaceOfRecord place_in_files(const Session& session, const std::vector<std::string>& files) {
  return [&session, &files](const json& record) {
    const auto file = number_member(record, "file");
    return place_in_file(session, file < files.size() ? files[file] : files.front())(record);
  };
}

/// The files together, so that what they say of one service becomes one entry.
Result<json> import_files(NodeAccess& node, Session& session, const Invocation& invocation,
                          const ImportWish& wish) {
  std::string contents, sizes;
  for (const auto& file : invocation.words) {
    const auto one = read_input(file, session, kMaxGov24FileBytes - contents.size());
    if (!one) return one.error();
    sizes += (sizes.empty() ? "" : ",") + std::to_string(one->size());
    contents += *one;
  }
  auto query = import_query(wish);
  query.emplace_back("sizes", sizes);
  if (invocation.has("--all")) query.emplace_back("all", "1");
  auto answer =
      ask_json(node, session, {"POST", "/control/v1/import/gov24", query, std::move(contents)});
  if (answer || answer.error().code == ErrorCode::kStorage) return answer;
  return Error{
      answer.error().code,
      answer.error().detail,
      "errors.in_file",
      {{"file", named(invocation.words)}, {"detail", explain(session.language, answer.error())}}};
}

}  // namespace

ExitCode run_import_gov24(const Invocation& invocation, Session& session) {
  const auto wish = import_wish(invocation);
  if (!wish) return session.fail(wish.error(), ExitCode::kUsage);
  auto node = reach_for_import(session, *wish);
  if (!node) return cannot_open(session, node.error());
  auto answer = import_files(**node, session, invocation, *wish);
  if (!answer) return session.fail(answer.error());
  (*answer)["files"] = invocation.words;
  ImportReport report(session, *wish);
  report.take(named(invocation.words), std::move(*answer),
              place_in_files(session, invocation.words));
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
