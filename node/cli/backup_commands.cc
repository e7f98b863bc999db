// SPDX-License-Identifier: Apache-2.0
// `dure backup` and `dure backup verify`.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "app/backup.h"
#include "cli/asking.h"
#include "cli/commands.h"
#include "publishing/entry_planner.h"

namespace dure::node {
namespace {

using nlohmann::json;

// The running node has another working folder than this command.
std::string absolute(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  std::error_code failure;
  const auto full = std::filesystem::absolute(path, failure);
  return failure ? path : full.lexically_normal().string();
}

std::string seconds_of(std::uint64_t milliseconds) {
  const auto tenths = (milliseconds + 50) / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

json describe(const BackupManifest& manifest, const std::string& path) {
  return {{"path", path},          {"origin", manifest.origin},
          {"size", manifest.size}, {"root", base64_encode(as_view(manifest.root))},
          {"time", manifest.time}, {"seed", manifest.has(kBackupSeed)}};
}

}  // namespace

ExitCode run_backup(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kInspect);
  if (!node) return cannot_open(session, node.error());
  const auto path = absolute(invocation.words.front());
  Query query;
  if (invocation.has("--with-seed")) query.emplace_back("seed", "1");
  const auto wish = json{{"path", path}}.dump(-1, ' ', false, json::error_handler_t::replace);
  const auto made = ask_json(**node, session, {"POST", "/control/v1/backup", query, wish});
  if (!made) return cannot_open(session, made.error());
  if (invocation.has("--json")) {
    session.out << made->dump(2) << '\n';
    return ExitCode::kOk;
  }
  session.print("cli.backup_done", {{"path", path},
                                    {"origin", text_member(*made, "origin")},
                                    {"size", std::to_string(number_member(*made, "size"))},
                                    {"bytes", std::to_string(number_member(*made, "bytes"))},
                                    {"seconds", seconds_of(number_member(*made, "milliseconds"))}});
  session.print(made->value("seed", false) ? "cli.backup_with_seed" : "cli.backup_without_seed");
  return ExitCode::kOk;
}

ExitCode run_backup_verify(const Invocation& invocation, Session& session) {
  const auto path = absolute(invocation.words.front());
  const auto manifest = verify_backup(path);
  if (!manifest) return session.fail(manifest.error());
  if (invocation.has("--json")) {
    session.out << describe(*manifest, path).dump(2) << '\n';
    return ExitCode::kOk;
  }
  session.print("cli.backup_whole",
                {{"path", path},
                 {"origin", manifest->origin},
                 {"size", std::to_string(manifest->size)},
                 {"root", base64_encode(as_view(manifest->root))},
                 {"time", format_leaf_time(static_cast<std::int64_t>(manifest->time))}});
  return ExitCode::kOk;
}

}  // namespace dure::node
