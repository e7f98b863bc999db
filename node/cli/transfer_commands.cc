// SPDX-License-Identifier: Apache-2.0
// `dure export` and `dure import-bundle`.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <system_error>

#include "cli/asking.h"
#include "cli/commands.h"

namespace dure::node {
namespace {

using nlohmann::json;

// The running node has another working folder than this command.
std::string absolute(const std::string& path) {
  std::error_code failure;
  const auto full = std::filesystem::absolute(path, failure);
  return failure ? path : full.string();
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Nothing is read here: the node that opens the file says what else is wrong with it.
std::optional<Error> missing_file(const std::string& file) {
  std::error_code failure;
  if (std::filesystem::exists(file, failure)) return std::nullopt;
  const auto why = failure ? failure : std::make_error_code(std::errc::no_such_file_or_directory);
  return Error{ErrorCode::kStorage,
               file,
               "errors.file_read",
               {{"file", printable(file)}, {"detail", why.message()}}};
}

void say_skipped(Session& session, const json& answer) {
  for (const auto& skipped : answer.value("skipped", json::array())) {
    session.print("cli.bundle_skipped",
                  {{"origin", skipped.is_string() ? skipped.get<std::string>() : ""}});
  }
}

}  // namespace

ExitCode run_export(const Invocation& invocation, Session& session) {
  if (!invocation.value("--format").empty()) return export_catalogue(invocation, session);
  auto node = reach_node(session.settings, Purpose::kInspect);
  if (!node) return cannot_open(session, node.error());
  const json wish = {{"path", absolute(invocation.words.front())},
                     {"origin", invocation.value("--from")}};
  const auto answer = ask_json(**node, session, {"POST", "/control/v1/export", {}, dump(wish)});
  if (!answer) return session.fail(answer.error());
  for (const auto& log : answer->value("logs", json::array())) {
    session.print("cli.export_line", {{"origin", text_member(log, "origin")},
                                      {"size", std::to_string(number_member(log, "size"))},
                                      {"bytes", std::to_string(number_member(log, "bytes"))}});
  }
  return ExitCode::kOk;
}

ExitCode run_import_bundle(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  ExitCode code = ExitCode::kOk;
  for (const auto& file : invocation.words) {
    if (const auto missing = missing_file(file)) return session.fail(*missing);
    const json wish = {{"path", absolute(file)}, {"vkey", invocation.value("--vkey")}};
    const auto answer =
        ask_json(**node, session, {"POST", "/control/v1/import-bundle", {}, dump(wish)});
    if (!answer) return session.fail(answer.error());
    const auto pulled = report_pulls(session, *answer, /*quiet=*/false);
    if (pulled != ExitCode::kOk) code = ExitCode::kNo;  // the file is bad, no peer is
    say_skipped(session, *answer);
    session.print("cli.bundle_done", {{"file", printable(file)}});
  }
  return code;
}

}  // namespace dure::node
