// SPDX-License-Identifier: Apache-2.0
// `dure status` and `dure fsck`.
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/asking.h"
#include "cli/commands.h"

namespace dure::node {
namespace {

using nlohmann::json;

TextArguments text_arguments(const json& report, std::initializer_list<const char*> names) {
  TextArguments args;
  for (const char* name : names) args.emplace_back(name, printable(text_member(report, name), 400));
  return args;
}

void say_quarantine(Session& session, const json& report) {
  if (!report.contains("quarantine")) return;
  const auto& quarantine = report["quarantine"];
  Error error{ErrorCode::kQuarantined, text_member(quarantine, "detail"),
              text_member(quarantine, "text")};
  const auto args = quarantine.value("args", json::object());
  for (const auto& [name, value] : args.items())
    error.args.emplace_back(name, text_member(args, name.c_str()));
  session.print("cli.status_quarantine", {{"detail", explain(session.language, error)}});
}

void say_status(Session& session, const json& report) {
  auto args = text_arguments(
      report, {"origin", "name", "region", "role", "url", "fingerprint", "root", "log_vkey"});
  args.emplace_back("size", std::to_string(number_member(report, "size")));
  session.print("cli.status_head", args);
  session.print(report.value("running", false) ? "cli.status_running" : "cli.status_stopped");
  say_quarantine(session, report);
  const auto indexing = report.value("indexing", json::object());
  session.print("cli.status_indexing",
                {{"indexed", std::to_string(number_member(indexing, "indexed"))},
                 {"stored", std::to_string(number_member(indexing, "stored"))}});
  for (const auto& peer : report.value("peers", json::array())) {
    auto peer_args = text_arguments(peer, {"origin", "name", "url", "error", "error_detail"});
    peer_args.emplace_back("size", std::to_string(number_member(peer, "size")));
    peer_args.emplace_back("lag", std::to_string(number_member(peer, "lag")));
    session.print(text_member(peer, "error").empty() ? "cli.status_peer" : "cli.status_peer_error",
                  peer_args);
  }
}

void say_damage(Session& session, const json& log) {
  for (const auto& damage : log.value("damages", json::array())) {
    session.print("cli.fsck_damage", {{"origin", text_member(log, "origin")},
                                      {"kind", text_member(damage, "kind")},
                                      {"index", std::to_string(number_member(damage, "index"))},
                                      {"detail", text_member(damage, "detail")},
                                      {"remedy", session.say(text_member(damage, "remedy"))}});
  }
}

}  // namespace

ExitCode run_status(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  const auto report = ask_json(**node, session, {"GET", "/control/v1/status"});
  if (!report) return session.fail(report.error());
  if (invocation.has("--json")) {
    session.out << report->dump(2) << '\n';
  } else {
    say_status(session, *report);
  }
  return ExitCode::kOk;
}

ExitCode run_fsck(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  Query query;
  if (invocation.has("--rebuild-catalogue")) query.emplace_back("rebuild", "1");
  const auto report = ask_json(**node, session, {"POST", "/control/v1/fsck", query});
  if (!report) return session.fail(report.error());
  const auto damage_count = number_member(*report, "damage_count");
  if (invocation.has("--json")) {
    session.out << report->dump(2) << '\n';
    return damage_count == 0 ? ExitCode::kOk : ExitCode::kNo;
  }
  for (const auto& log : report->value("logs", json::array())) {
    session.print("cli.fsck_log", {{"origin", text_member(log, "origin")},
                                   {"stored", std::to_string(number_member(log, "stored"))},
                                   {"bodies", std::to_string(number_member(log, "bodies"))},
                                   {"absent", std::to_string(number_member(log, "absent"))},
                                   {"damage", std::to_string(number_member(log, "damage_count"))}});
    say_damage(session, log);
  }
  if (report->value("catalogue_rebuilt", false)) session.print("cli.fsck_rebuilt");
  session.print(damage_count == 0 ? "cli.fsck_ok" : "cli.fsck_bad",
                {{"count", std::to_string(damage_count)}});
  return damage_count == 0 ? ExitCode::kOk : ExitCode::kNo;
}

}  // namespace dure::node
