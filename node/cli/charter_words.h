// SPDX-License-Identifier: Apache-2.0
// Charters in the words of the command line.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "app/node_access.h"
#include "cli/exit_code.h"
#include "cli/session.h"
#include "dure/charter.h"

namespace dure::node {

std::int64_t unix_seconds();

/// What the texts `cli.charter_…` may name.
TextArguments charter_arguments(const SignedCharter& charter);
TextArguments join_arguments(const nlohmann::json& answer);

/// One line of `charter log --json`.
nlohmann::json describe_charter(const SignedCharter& charter);
/// `charter status` for people.
void print_charter_report(Session& session, const nlohmann::json& report);
/// What a rotation of this node's keys waits for; nothing if there is none.
void print_key_phase(Session& session, const nlohmann::json& keys);
/// What somebody should do something about, for `status` too.
void print_charter_drafts(Session& session, const nlohmann::json& report);
void print_charter_warnings(Session& session, const nlohmann::json& report);

/// Signs a next version with a steward's key and gives it to the node (charter_commands.cc).
ExitCode propose_charter(const Invocation& invocation, Session& session, NodeAccess& node,
                         SignedCharter charter);

}  // namespace dure::node
