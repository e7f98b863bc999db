// SPDX-License-Identifier: Apache-2.0
// The table of commands. Parser, help and completion read it; each group of commands lives in a
// file of its own.
#pragma once

#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "cli/session.h"

namespace dure::node {

/// A flag of one command that is not a setting. Without `value` it is a switch.
struct FlagDefinition {
  std::string_view name;   // "--json"
  std::string_view value;  // what its value is called in help, e.g. "FILE"; empty: a switch
  std::string_view help;   // text key
  bool repeatable = false;
};

struct Command {
  std::string_view name;   // "peer add"
  std::string_view words;  // how positional words are shown, e.g. "FILE…|-"
  std::size_t least_words = 0, most_words = 0;
  std::vector<FlagDefinition> flags;
  std::vector<std::string_view>
      settings;            // flags of settings it takes besides --data, --config and --lang
  bool needs_data = true;  // takes --data
  ExitCode (*run)(const Invocation&, Session&) = nullptr;

  /// Text key of its one-line explanation: "cli.command.peer_add".
  std::string help_key() const;
};

inline constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

std::span<const Command> commands();
std::vector<Command> account_commands();  // account_commands.cc
std::vector<Command> token_commands();    // token_commands.cc
std::vector<Command> backup_commands();   // backup_commands.cc

// One function per command, in the file of its group.
ExitCode run_init(const Invocation& invocation, Session& session);     // init_command.cc
ExitCode run_serve(const Invocation& invocation, Session& session);    // serve_command.cc
ExitCode run_publish(const Invocation& invocation, Session& session);  // publish_command.cc
ExitCode run_attachment_get(const Invocation& invocation,
                            Session& session);  // attachment_commands.cc
ExitCode run_import_gov24(const Invocation& invocation, Session& session);  // import_command.cc
ExitCode run_import_csv(const Invocation& invocation, Session& session);    // import_csv_command.cc
ExitCode run_import_dcat(const Invocation& invocation,
                         Session& session);                             // import_dcat_command.cc
ExitCode run_withdraw(const Invocation& invocation, Session& session);  // import_command.cc
ExitCode run_erase(const Invocation& invocation, Session& session);     // erase_command.cc
ExitCode run_erase_status(const Invocation& invocation, Session& session);
ExitCode run_peer_add(const Invocation& invocation, Session& session);  // peer_commands.cc
ExitCode run_peer_list(const Invocation& invocation, Session& session);
ExitCode run_peer_remove(const Invocation& invocation, Session& session);
ExitCode run_pull(const Invocation& invocation, Session& session);
ExitCode run_search(const Invocation& invocation, Session& session);  // read_commands.cc
ExitCode run_show(const Invocation& invocation, Session& session);
ExitCode run_proof(const Invocation& invocation, Session& session);
ExitCode run_members_list(const Invocation& invocation, Session& session);  // members_commands.cc
ExitCode run_inbox_list(const Invocation& invocation, Session& session);    // inbox_command.cc
ExitCode run_inbox_show(const Invocation& invocation, Session& session);
ExitCode run_inbox_answer(const Invocation& invocation, Session& session);
ExitCode run_inbox_decline(const Invocation& invocation, Session& session);
ExitCode run_inbox_publish(const Invocation& invocation, Session& session);
ExitCode run_verify(const Invocation& invocation, Session& session);       // verify_command.cc
ExitCode run_verify_fork(const Invocation& invocation, Session& session);  // verify_fork_command.cc
ExitCode run_status(const Invocation& invocation, Session& session);       // upkeep_commands.cc
ExitCode run_doctor(const Invocation& invocation, Session& session);       // doctor_command.cc
ExitCode run_fsck(const Invocation& invocation, Session& session);
ExitCode run_export(const Invocation& invocation, Session& session);
ExitCode export_catalogue(const Invocation& invocation,
                          Session& session);  // export_catalogue.cc; `export` with --format
ExitCode run_import_bundle(const Invocation& invocation, Session& session);
ExitCode run_charter_status(const Invocation& invocation,
                            Session& session);  // charter_commands.cc
ExitCode run_charter_show(const Invocation& invocation, Session& session);
ExitCode run_charter_log(const Invocation& invocation, Session& session);
ExitCode run_charter_policy(const Invocation& invocation, Session& session);
ExitCode run_charter_new(const Invocation& invocation, Session& session);
ExitCode run_charter_propose(const Invocation& invocation, Session& session);
ExitCode run_charter_sign(const Invocation& invocation, Session& session);
ExitCode run_log_continue(const Invocation& invocation, Session& session);
ExitCode run_log_seal(const Invocation& invocation, Session& session);  // log_commands.cc
ExitCode run_charter_decide(const Invocation& invocation, Session& session);
ExitCode run_charter_submit(const Invocation& invocation, Session& session);
ExitCode run_join(const Invocation& invocation, Session& session);
ExitCode run_key_show(const Invocation& invocation, Session& session);  // key_commands.cc
ExitCode run_key_protect(const Invocation& invocation, Session& session);
ExitCode run_key_unprotect(const Invocation& invocation, Session& session);
ExitCode run_key_rotate(const Invocation& invocation, Session& session);  // key_rotate_command.cc
ExitCode run_restore(const Invocation& invocation, Session& session);     // restore_command.cc
ExitCode run_completion(const Invocation& invocation, Session& session);  // completion_command.cc
ExitCode run_version(const Invocation& invocation, Session& session);

}  // namespace dure::node
