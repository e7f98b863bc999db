// SPDX-License-Identifier: Apache-2.0
// `dure status` and `dure fsck`.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/asking.h"
#include "cli/charter_words.h"
#include "cli/columns.h"
#include "cli/commands.h"
#include "cli/finality.h"
#include "cli/webhook_words.h"
#include "publishing/entry_planner.h"

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

std::string indexing_of(const Session& session, const json& report) {
  const auto indexing = report.value("indexing", json::object());
  const auto indexed = number_member(indexing, "indexed");
  const auto stored = number_member(indexing, "stored");
  if (indexed >= stored) return session.say("cli.status_indexed");
  return session.say("cli.status_indexing",
                     {{"indexed", std::to_string(indexed)}, {"stored", std::to_string(stored)}});
}

void say_head(Session& session, const json& report) {
  auto args = text_arguments(report, {"origin", "name", "fingerprint", "root", "log_vkey"});
  const auto region = printable(text_member(report, "region"));
  const auto url = printable(text_member(report, "url"), 400);
  args.emplace_back("role", session.say("cli.role." + text_member(report, "role")));
  args.emplace_back("region", region.empty()
                                  ? std::string()
                                  : session.say("cli.status_region", {{"region", region}}));
  args.emplace_back("url", url.empty() ? session.say("cli.status_no_url") : url);
  args.emplace_back("state", session.say(report.value("running", false) ? "cli.status_running"
                                                                        : "cli.status_stopped"));
  args.emplace_back("size", std::to_string(number_member(report, "size")));
  args.emplace_back("indexing", indexing_of(session, report));
  session.print("cli.status_head", args);
}

struct PeerColumns {
  std::string name, size, lag, url;
};

// The name comes first: it is what an officer looks for.
void say_peer_row(Session& session, const PeerColumns& peer, std::size_t name_width) {
  session.out << "  " << pad_right(peer.name, name_width) << "  " << pad_left(peer.size, 9) << "  "
              << pad_left(peer.lag, 7) << "  " << peer.url << '\n';
}

void say_peer_troubles(Session& session, const json& peer) {
  const auto error = error_member(peer);
  if (error) session.print("cli.status_problem", {{"detail", explain(session.language, *error)}});
  const bool said = error && error->text == "replication.contradiction";
  const auto contradiction = peer.value("contradiction", json::object());
  if (!contradiction.empty() && !said) {
    session.print(
        "cli.status_problem",
        {{"detail", session.say("replication.contradiction",
                                {{"url", printable(text_member(contradiction, "url"), 400)}})}});
  }
  const auto ahead = peer.value("clock_ahead_seconds", std::int64_t{0});
  if (ahead != 0) {
    session.print(ahead > 0 ? "cli.status_clock_ahead" : "cli.status_clock_behind",
                  {{"minutes", std::to_string((ahead > 0 ? ahead : -ahead) / 60)}});
  }
}

void say_peers(Session& session, const json& peers) {
  if (peers.empty()) return session.print("cli.status_no_peers");
  session.print("cli.status_peers", {{"count", std::to_string(peers.size())}});
  const PeerColumns head{
      session.say("cli.status_column_name"), session.say("cli.status_column_size"),
      session.say("cli.status_column_lag"), session.say("cli.status_column_url")};
  std::size_t width = columns(head.name);
  for (const auto& peer : peers)
    width = std::max(width, columns(printable(text_member(peer, "name"))));
  say_peer_row(session, head, width);
  for (const auto& peer : peers) {
    say_peer_row(
        session,
        {printable(text_member(peer, "name")), std::to_string(number_member(peer, "size")),
         std::to_string(number_member(peer, "lag")), printable(text_member(peer, "url"), 400)},
        width);
    say_peer_troubles(session, peer);
  }
}

void say_erasures(Session& session, const json& erasures) {
  const TextArguments args = {
      {"own", std::to_string(number_member(erasures, "own"))},
      {"outstanding", std::to_string(number_member(erasures, "outstanding"))},
      {"unfinished", std::to_string(number_member(erasures, "unfinished"))}};
  if (number_member(erasures, "own") > 0) session.print("cli.status_erasures", args);
  if (number_member(erasures, "unfinished") > 0) session.print("cli.status_erasing", args);
}

void say_members(Session& session, const json& members) {
  if (number_member(members, "entries") == 0) return;
  session.print("cli.status_members",
                {{"entries", std::to_string(number_member(members, "entries"))},
                 {"missing", std::to_string(number_member(members, "missing"))}});
}

void say_inbox(Session& session, const json& inbox) {
  if (const auto error = error_member(inbox))
    session.print("cli.status_inbox_closed", {{"detail", explain(session.language, *error)}});
  const auto waiting = number_member(inbox, "waiting");
  if (waiting == 0) return;
  session.print("cli.status_inbox",
                {{"count", std::to_string(waiting)}, {"since", text_member(inbox, "since")}});
}

// How much of the disk files beside entries take, if there are any.
void say_attachments(Session& session, const json& report) {
  TextArguments args;
  for (const char* name : {"own", "mirrored", "waiting", "over_budget"})
    args.emplace_back(name, std::to_string(number_member(report, name)));
  for (const char* name : {"own_bytes", "mirrored_bytes", "budget_bytes"})
    args.emplace_back(name, std::to_string(number_member(report, name) >> 20U));
  args.emplace_back("mirror", text_member(report, "mirror"));
  const auto here = number_member(report, "own") + number_member(report, "mirrored");
  const auto missing = number_member(report, "waiting") + number_member(report, "over_budget");
  if (here + missing == 0) return;
  session.print("cli.status_attachments", args);
  if (missing > 0) session.print("cli.status_attachments_missing", args);
}

void say_links(Session& session, const json& report) {
  if (text_member(report, "check") != "on" || !report.contains("links")) return;
  TextArguments args = {{"when", local_time(number_member(report, "last_checked"))}};
  for (const char* name : {"links", "checked", "dead", "notices"})
    args.emplace_back(name, std::to_string(number_member(report, name)));
  const bool asked = number_member(report, "last_checked") != 0;
  session.print(asked ? "cli.status_links" : "cli.status_links_never", args);
  if (report.contains("error_detail"))
    session.print("cli.status_links_failed",
                  {{"detail", printable(text_member(report, "error_detail"), 400)}});
}

void say_backups(Session& session, const json& report) {
  if (report.empty()) return session.print("cli.status_backups_unset");
  TextArguments args = {{"count", std::to_string(number_member(report, "count"))},
                        {"folder", printable(text_member(report, "folder"), 400)},
                        {"when", local_time(number_member(report, "newest_time"))}};
  session.print(report.contains("newest") ? "cli.status_backups" : "cli.status_backups_none", args);
  if (const auto error = error_member(report))
    session.print("cli.status_backups_failed", {{"detail", explain(session.language, *error)}});
}

// What a log was caught at, and what follows from it.
void say_fork(Session& session, const json& fork) {
  const auto heads = fork.value("heads", json::array());
  const auto suspicion = fork.value("suspicion", json::object());
  const bool proven = fork.contains("proof");
  TextArguments args = text_arguments(fork, {"name", "origin", "proof", "decision"});
  args.emplace_back("from", std::to_string(number_member(fork, "withheld_from")));
  args.emplace_back("url", printable(text_member(suspicion, "url"), 400));
  for (std::size_t i = 0; i < heads.size(); ++i)
    args.emplace_back(i == 0 ? "first" : "second", std::to_string(number_member(heads[i], "size")));
  session.print(proven ? "cli.status_fork" : "cli.status_suspicion", args);
  if (fork.contains("withheld_from")) session.print("cli.status_fork_withheld", args);
  if (fork.contains("decision")) session.print("cli.status_fork_decided", args);
  if (!fork.value("followed", true)) session.print("cli.status_fork_frozen", args);
}

void say_recovery(Session& session, const json& report) {
  const auto recovery = report.value("recovery", json::object());
  if (recovery.empty()) return;
  if (recovery.value("database_rebuilt", false)) session.print("cli.status_rebuilt");
  const auto tenths = (number_member(recovery, "milliseconds") + 50) / 100;
  session.print("cli.status_recovered",
                {{"entries", std::to_string(number_member(recovery, "entries"))},
                 {"absent", std::to_string(number_member(recovery, "without_body"))},
                 {"seconds", std::to_string(tenths / 10) + "." + std::to_string(tenths % 10)}});
}

void say_status(Session& session, const json& report) {
  say_quarantine(session, report);
  print_key_phase(session, report.value("keys", json::object()));
  const auto charter = report.value("charter", json::object());
  print_charter_drafts(session, charter);
  print_charter_warnings(session, charter);
  say_head(session, report);
  say_recovery(session, report);
  session.out << '\n';
  say_peers(session, report.value("peers", json::array()));
  say_finality(session, report.value("finality", json::object()));
  say_erasures(session, report.value("erasures", json::object()));
  say_members(session, report.value("members_only", json::object()));
  say_attachments(session, report.value("attachments", json::object()));
  say_inbox(session, report.value("inbox", json::object()));
  say_webhooks(session, report.value("webhooks", json::object()), report.value("running", false));
  say_links(session, report.value("links", json::object()));
  say_backups(session, report.value("backups", json::object()));
  const auto forks = report.value("forks", json::array());
  if (!forks.empty()) session.out << '\n';
  for (const auto& fork : forks) say_fork(session, fork);
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
  auto node = reach_node(session.settings, Purpose::kInspect);
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
  auto node = reach_node(session.settings, Purpose::kInspect);
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
    session.print(
        "cli.fsck_log",
        {{"origin", text_member(log, "origin")},
         {"stored", std::to_string(number_member(log, "stored"))},
         {"bodies", std::to_string(number_member(log, "bodies"))},
         {"absent", std::to_string(number_member(log, "absent") + number_member(log, "erased"))},
         {"damage", std::to_string(number_member(log, "damage_count"))}});
    if (number_member(log, "erased") > 0)
      session.print("cli.fsck_erased", {{"erased", std::to_string(number_member(log, "erased"))}});
    say_damage(session, log);
  }
  for (const auto& name :
       report->value("attachments", json::object()).value("damaged", std::vector<std::string>())) {
    session.print("cli.fsck_attachment", {{"name", name}});
  }
  if (const auto error = error_member(report->value("inbox", json::object())))
    session.print("cli.status_inbox_closed", {{"detail", explain(session.language, *error)}});
  if (report->value("catalogue_rebuilt", false)) session.print("cli.fsck_rebuilt");
  session.print(damage_count == 0 ? "cli.fsck_ok" : "cli.fsck_bad",
                {{"count", std::to_string(damage_count)}});
  return damage_count == 0 ? ExitCode::kOk : ExitCode::kNo;
}

}  // namespace dure::node
