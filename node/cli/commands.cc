// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"

#include <algorithm>
#include <array>

#include "settings/settings.h"

namespace dure::node {
namespace {

constexpr FlagDefinition kJson{"--json", "", "cli.flag.json"};

std::vector<std::string_view> serve_settings() {
  std::vector<std::string_view> flags;
  for (const auto& row : setting_definitions()) {
    if (row.key.find('.') != std::string_view::npos && row.flag != "--lang")
      flags.push_back(row.flag);
  }
  return flags;
}

const auto& table() {  // NOLINT(readability-function-size): a table, one row per command
  static const std::array kTable = {
      Command{"init",
              "",
              0,
              0,
              {{"--yes", "", "cli.flag.init_yes"}},
              serve_settings(),
              true,
              &run_init},
      Command{"serve", "", 0, 0, {}, serve_settings(), true, &run_serve},
      Command{"publish",
              "FILE…|-",
              1,
              kAnyNumber,
              {{"--skip-invalid", "", "cli.flag.skip_invalid"}, kJson},
              {"--regions-file"},
              true,
              &run_publish},
      Command{
          "import gov24",
          "FILE…",
          1,
          kAnyNumber,
          {{"--all", "", "cli.flag.all"}, {"--skip-invalid", "", "cli.flag.skip_invalid"}, kJson},
          {"--regions-file"},
          true,
          &run_import_gov24},
      Command{"withdraw",
              "ID",
              1,
              1,
              {{"--reason", "TEXT", "cli.flag.reason"}, kJson},
              {},
              true,
              &run_withdraw},
      Command{"peer add",
              "URL…",
              1,
              kAnyNumber,
              {{"--vkey", "VKEY", "cli.flag.vkey"}, {"--yes", "", "cli.flag.peer_yes"}, kJson},
              {},
              true,
              &run_peer_add},
      Command{"peer list", "", 0, 0, {kJson}, {}, true, &run_peer_list},
      Command{"peer remove", "URL|ORIGIN", 1, 1, {}, {}, true, &run_peer_remove},
      Command{"pull",
              "",
              0,
              0,
              {{"--once", "", "cli.flag.once"}, kJson},
              {"--compression", "--parallel-fetches"},
              true,
              &run_pull},
      Command{"search",
              "WORDS…",
              0,
              kAnyNumber,
              {{"--type", "TYPE", "cli.flag.type"},
               {"--in", "CODE", "cli.flag.in"},
               {"--from", "ORIGIN", "cli.flag.from"},
               {"--limit", "N", "cli.flag.limit"},
               {"--cursor", "CURSOR", "cli.flag.cursor"},
               {"--newest", "", "cli.flag.newest"},
               kJson},
              {"--synonyms-file"},
              true,
              &run_search},
      Command{"show",
              "ID",
              1,
              1,
              {{"--from", "ORIGIN", "cli.flag.from"}, {"--rev", "N", "cli.flag.rev"}, kJson},
              {},
              true,
              &run_show},
      Command{"proof",
              "ID",
              1,
              1,
              {{"--from", "ORIGIN", "cli.flag.from"},
               {"--rev", "N", "cli.flag.rev"},
               {"--body", "FILE", "cli.flag.body"},
               {"--policy", "FILE", "cli.flag.policy_out"},
               {"--output", "FILE", "cli.flag.output"}},
              {},
              true,
              &run_proof},
      Command{"verify",
              "PROOF BODY",
              2,
              2,
              {{"--policy", "FILE", "cli.flag.policy"}, kJson},
              {},
              false,
              &run_verify},
      Command{"status", "", 0, 0, {kJson}, {}, true, &run_status},
      Command{"fsck",
              "",
              0,
              0,
              {{"--rebuild-catalogue", "", "cli.flag.rebuild_catalogue"}, kJson},
              {},
              true,
              &run_fsck},
      Command{
          "export", "FILE", 1, 1, {{"--from", "ORIGIN", "cli.flag.from"}}, {}, true, &run_export},
      Command{"import-bundle",
              "FILE…",
              1,
              kAnyNumber,
              {{"--vkey", "VKEY", "cli.flag.vkey_bundle"}},
              {},
              true,
              &run_import_bundle},
      Command{"backup",
              "DIR",
              1,
              1,
              {{"--with-seed", "", "cli.flag.with_seed"}, kJson},
              {},
              true,
              &run_backup},
      Command{"backup verify", "DIR", 1, 1, {kJson}, {}, false, &run_backup_verify},
      Command{"restore",
              "DIR",
              0,
              1,
              {{"--seed", "FILE", "cli.flag.seed"},
               {"--replace", "", "cli.flag.replace"},
               {"--new-head-lock", "", "cli.flag.new_head_lock"},
               {"--answers", "N", "cli.flag.answers"},
               {"--from-peer", "URL", "cli.flag.from_peer"},
               {"--yes", "", "cli.flag.restore_yes"}},
              serve_settings(),
              true,
              &run_restore},
      Command{"completion", "bash", 1, 1, {}, {}, false, &run_completion},
      Command{"version", "", 0, 0, {kJson}, {}, false, &run_version},
  };
  return kTable;
}

}  // namespace

std::span<const Command> commands() { return table(); }

std::string Command::help_key() const {
  std::string key = "cli.command." + std::string(name);
  std::replace(key.begin(), key.end(), ' ', '_');
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

}  // namespace dure::node
