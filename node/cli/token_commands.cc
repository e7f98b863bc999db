// SPDX-License-Identifier: Apache-2.0
// `dure token`: tokens of the management API, for a town's own systems.
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/asking.h"
#include "cli/commands.h"
#include "dure/encoding.h"

namespace dure::node {
namespace {

using nlohmann::json;

ExitCode list_tokens(const Invocation& invocation, Session& session) {
  return ask_and_say(invocation, session, {"GET", "/control/v1/tokens"}, [&](const json& answer) {
    const auto tokens = answer.value("tokens", json::array());
    for (const auto& token : tokens) {
      const std::string used = text_member(token, "used");
      session.print("cli.token_one",
                    {{"name", text_member(token, "name")},
                     {"scopes", text_member(token, "scopes")},
                     {"state", session.say("cli.token_state." + text_member(token, "state"))},
                     {"until", text_member(token, "until")},
                     {"used", used.empty() ? session.say("cli.token_unused") : used}});
    }
    session.print("cli.token_count", {{"count", std::to_string(tokens.size())}});
  });
}

ExitCode make_token(const Invocation& invocation, Session& session) {
  json wish = {{"name", invocation.words.front()}, {"scopes", invocation.value("--scopes")}};
  const std::string days = invocation.value("--days");
  if (!days.empty()) {
    const auto number = parse_decimal(days);
    wish["days"] =
        number ? static_cast<std::int64_t>(std::min<std::uint64_t>(*number, 1U << 20U)) : 0;
  }
  const std::string body = wish.dump(-1, ' ', false, json::error_handler_t::replace);
  return ask_and_say(invocation, session, {"POST", "/control/v1/tokens", {}, body},
                     [&](const json& answer) {
                       session.print("cli.token_made", {{"name", text_member(answer, "name")},
                                                        {"token", text_member(answer, "token")},
                                                        {"scopes", text_member(answer, "scopes")},
                                                        {"until", text_member(answer, "until")}});
                     });
}

ExitCode revoke_token(const Invocation& invocation, Session& session) {
  const std::string& name = invocation.words.front();
  const std::string body =
      json{{"name", name}}.dump(-1, ' ', false, json::error_handler_t::replace);
  return ask_and_say(invocation, session, {"POST", "/control/v1/tokens/revoke", {}, body},
                     [&](const json&) {
                       session.print("cli.token_revoked", {{"name", name}});
                     });
}

}  // namespace

std::vector<Command> token_commands() {
  const FlagDefinition json_flag{"--json", "", "cli.flag.json"};
  const FlagDefinition scopes{"--scopes", "SCOPE,…", "cli.flag.scopes"};
  const FlagDefinition days{"--days", "N", "cli.flag.token_days"};
  return {Command{"token list", "", 0, 0, {json_flag}, {}, true, &list_tokens},
          Command{"token make", "NAME", 1, 1, {scopes, days, json_flag}, {}, true, &make_token},
          Command{"token revoke", "NAME", 1, 1, {json_flag}, {}, true, &revoke_token}};
}

}  // namespace dure::node
