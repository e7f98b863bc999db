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

bool is_json(std::string_view contents) {
  const auto begin = contents.find_first_not_of("\xEF\xBB\xBF \t\r\n");
  return begin != std::string_view::npos && (contents[begin] == '{' || contents[begin] == '[');
}

struct AnswerFile {
  std::string name;
  bool is_json = false;  // its records are counted: they stand on no line of their own
};

PlaceOfRecord place_in_files(const Session& session, const std::vector<AnswerFile>& files) {
  return [&session, &files](const json& record) {
    const auto number = number_member(record, "file");
    const auto& file = number < files.size() ? files[number] : files.front();
    if (!file.is_json) return place_in_file(session, file.name)(record);
    return session.say(
        "cli.import_service",
        {{"file", printable(file.name)}, {"line", std::to_string(number_member(record, "line"))}});
  };
}

/// The files together, so that what they say of one service becomes one entry.
Result<json> import_files(NodeAccess& node, Session& session, const Invocation& invocation,
                          const ImportWish& wish, std::vector<AnswerFile>& files) {
  std::string contents, sizes;
  for (const auto& file : invocation.words) {
    const auto one = read_input(file, session, kMaxGov24FileBytes - contents.size());
    if (!one) return one.error();
    files.push_back({file, is_json(*one)});
    sizes += (sizes.empty() ? "" : ",") + std::to_string(one->size());
    contents += *one;
  }
  auto query = import_query(wish);
  query.emplace_back("sizes", sizes);
  if (invocation.has("--all")) query.emplace_back("all", "1");
  auto answer =
      ask_json(node, session, {"POST", "/control/v1/import/gov24", query, std::move(contents)});
  if (answer || answer.error().code == ErrorCode::kStorage) return answer;
  return in_file(session, named(invocation.words), answer.error());
}

}  // namespace

ExitCode run_import_gov24(const Invocation& invocation, Session& session) {
  const auto wish = import_wish(invocation);
  if (!wish) return session.fail(wish.error(), ExitCode::kUsage);
  auto node = reach_for_import(session, *wish);
  if (!node) return cannot_open(session, node.error());
  std::vector<AnswerFile> files;
  auto answer = import_files(**node, session, invocation, *wish, files);
  if (!answer) return session.fail(answer.error());
  (*answer)["files"] = invocation.words;
  ImportReport report(session, *wish);
  report.take(named(invocation.words), std::move(*answer), place_in_files(session, files));
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
