// SPDX-License-Identifier: Apache-2.0
// `dure account`: who may use the console; for whoever has the machine.
#include <nlohmann/json.hpp>
#include <ostream>
#include <vector>

#include "cli/asking.h"
#include "cli/commands.h"

namespace dure::node {
namespace {

using nlohmann::json;

ExitCode switch_to(const Invocation& invocation, Session& session, const char* path,
                   const char* done) {
  const std::string& name = invocation.words.front();
  return ask_and_say(invocation, session, {"POST", path, {}, json{{"name", name}}.dump()},
                     [&](const json&) {
                       session.print(done, {{"name", name}});
                     });
}

ExitCode list_accounts(const Invocation& invocation, Session& session) {
  return ask_and_say(invocation, session, {"GET", "/control/v1/accounts"}, [&](const json& answer) {
    const auto accounts = answer.value("accounts", json::array());
    for (const auto& account : accounts) {
      const std::string signed_in = text_member(account, "signed_in");
      session.print("cli.account_one",
                    {{"name", text_member(account, "name")},
                     {"roles", text_member(account, "roles")},
                     {"state", session.say("cli.account_state." + text_member(account, "state"))},
                     {"time", signed_in.empty() ? session.say("cli.account_never") : signed_in}});
    }
    session.print("cli.account_count", {{"count", std::to_string(accounts.size())}});
  });
}

ExitCode invite_account(const Invocation& invocation, Session& session) {
  const std::string& name = invocation.words.front();
  std::string roles = invocation.value("--roles");
  if (roles.empty()) roles = "author";
  const std::string body =
      json{{"name", name}, {"roles", roles}}.dump(-1, ' ', false, json::error_handler_t::replace);
  return ask_and_say(invocation, session, {"POST", "/control/v1/accounts/invite", {}, body},
                     [&](const json& answer) {
                       session.print("cli.account_invited",
                                     {{"name", name}, {"link", text_member(answer, "link")}});
                       if (session.settings.url.empty()) session.print("cli.account_link_here");
                     });
}

ExitCode disable_account(const Invocation& invocation, Session& session) {
  return switch_to(invocation, session, "/control/v1/accounts/disable", "cli.account_disabled");
}

ExitCode enable_account(const Invocation& invocation, Session& session) {
  return switch_to(invocation, session, "/control/v1/accounts/enable", "cli.account_enabled");
}

}  // namespace

std::vector<Command> account_commands() {
  const FlagDefinition json_flag{"--json", "", "cli.flag.json"};
  const FlagDefinition roles{"--roles", "ROLE,…", "cli.flag.roles"};
  return {Command{"account list", "", 0, 0, {json_flag}, {}, true, &list_accounts},
          Command{"account invite", "NAME", 1, 1, {roles, json_flag}, {}, true, &invite_account},
          Command{"account disable", "NAME", 1, 1, {json_flag}, {}, true, &disable_account},
          Command{"account enable", "NAME", 1, 1, {json_flag}, {}, true, &enable_account}};
}

}  // namespace dure::node
