// SPDX-License-Identifier: Apache-2.0
// `dure backup`: one to a folder, those on schedule, their keys, and the drill.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "app/backup.h"
#include "app/drill.h"
#include "app/packed_backup.h"
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

void dump(Session& session, const json& value) {
  session.out << value.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
}

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

ExitCode run_backup_now(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kInspect);
  if (!node) return cannot_open(session, node.error());
  const auto made = ask_json(**node, session, {"POST", "/control/v1/backups"});
  if (!made) return session.fail(made.error());
  if (invocation.has("--json")) {
    dump(session, *made);
    return ExitCode::kOk;
  }
  session.print(made->value("sealed", false) ? "cli.backup_now_sealed" : "cli.backup_now_plain",
                {{"path", printable(text_member(*made, "path"), 400)},
                 {"bytes", std::to_string(number_member(*made, "bytes"))}});
  return ExitCode::kOk;
}

json describe(const ListedBackup& backup) {
  json out = {{"path", backup.path},
              {"time", backup.time},
              {"bytes", backup.bytes},
              {"sealed", backup.sealed}};
  if (backup.sealed) out["recipient"] = backup.recipient;
  return out;
}

ExitCode run_backup_list(const Invocation& invocation, Session& session) {
  const auto found = list_backups(session.settings);
  if (!found) return session.fail(found.error());
  if (invocation.has("--json")) {
    json list = json::array();
    for (const ListedBackup& backup : *found) list.push_back(describe(backup));
    dump(session, {{"folder", session.settings.backup_folder}, {"backups", std::move(list)}});
    return found->empty() ? ExitCode::kNo : ExitCode::kOk;
  }
  for (const ListedBackup& backup : *found) {
    session.print(backup.sealed ? "cli.backup_listed_sealed" : "cli.backup_listed_plain",
                  {{"when", local_time(static_cast<std::uint64_t>(backup.time))},
                   {"mib", std::to_string((backup.bytes + (1U << 20U) - 1) >> 20U)},
                   {"path", printable(backup.path, 400)}});
  }
  session.print("cli.backup_count", {{"count", std::to_string(found->size())},
                                     {"folder", session.settings.backup_folder}});
  return found->empty() ? ExitCode::kNo : ExitCode::kOk;
}

ExitCode run_backup_key(const Invocation& invocation, Session& session) {
  const auto path = absolute(invocation.words.front());
  const auto recipient = create_backup_key(path);
  if (!recipient) return session.fail(recipient.error());
  const auto text = format_recipient(*recipient);
  if (invocation.has("--json")) {
    dump(session, {{"recipient", text}, {"file", path}});
    return ExitCode::kOk;
  }
  session.print("cli.backup_key", {{"recipient", text}, {"file", printable(path, 400)}});
  return ExitCode::kOk;
}

json describe(const DrillReport& report, const std::string& path) {
  const BackupManifest& manifest = report.manifest;
  return {{"path", path},
          {"origin", manifest.origin},
          {"size", manifest.size},
          {"root", base64_encode(as_view(manifest.root))},
          {"time", manifest.time},
          {"seed", manifest.has(kBackupSeed)},
          {"sealed", report.sealed},
          {"audited", report.audited},
          {"logs", report.logs.size()},
          {"entries", report.entries},
          {"bodies", report.bodies},
          {"damage_count", report.damage_count}};
}

void say_damages(Session& session, const AuditReport& log) {
  for (const Damage& damage : log.damages) {
    session.print("cli.fsck_damage", {{"origin", log.origin},
                                      {"kind", std::string(damage_name(damage.kind))},
                                      {"index", std::to_string(damage.index)},
                                      {"detail", damage.detail},
                                      {"remedy", session.say("cli.backup_take_another")}});
  }
}

ExitCode run_backup_verify(const Invocation& invocation, Session& session) {
  const auto path = absolute(invocation.words.front());
  const auto report = drill_backup(path, invocation.value("--key"));
  if (!report) return session.fail(report.error());
  const auto code = report->damage_count == 0 ? ExitCode::kOk : ExitCode::kNo;
  if (invocation.has("--json")) {
    dump(session, describe(*report, path));
    return code;
  }
  for (const AuditReport& log : report->logs) say_damages(session, log);
  const BackupManifest& manifest = report->manifest;
  const char* sentence = "cli.backup_drilled";
  if (!report->audited) sentence = "cli.backup_whole";
  if (report->damage_count != 0) sentence = "cli.backup_damaged";
  session.print(sentence, {{"path", path},
                           {"origin", manifest.origin},
                           {"size", std::to_string(manifest.size)},
                           {"root", base64_encode(as_view(manifest.root))},
                           {"time", format_leaf_time(static_cast<std::int64_t>(manifest.time))},
                           {"logs", std::to_string(report->logs.size())},
                           {"entries", std::to_string(report->entries)},
                           {"bodies", std::to_string(report->bodies)},
                           {"damage", std::to_string(report->damage_count)}});
  return code;
}

}  // namespace

std::vector<Command> backup_commands() {
  constexpr FlagDefinition kJson{"--json", "", "cli.flag.json"};
  constexpr FlagDefinition kWithSeed{"--with-seed", "", "cli.flag.with_seed"};
  constexpr FlagDefinition kKey{"--key", "FILE", "cli.flag.backup_key"};
  return {Command{"backup", "DIR", 1, 1, {kWithSeed, kJson}, {}, true, &run_backup},
          Command{"backup now", "", 0, 0, {kJson}, {}, true, &run_backup_now},
          Command{"backup list", "", 0, 0, {kJson}, {}, true, &run_backup_list},
          Command{"backup verify", "DIR|FILE", 1, 1, {kKey, kJson}, {}, false, &run_backup_verify},
          Command{"backup key", "FILE", 1, 1, {kJson}, {}, false, &run_backup_key}};
}

}  // namespace dure::node
