// SPDX-License-Identifier: Apache-2.0
#include "http/routes/console_control.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "http/routes/control_reply.h"
#include "publishing/entry_planner.h"

namespace dure::node::http {
namespace {

using nlohmann::json;

std::string member(const Request& request, const char* name) {
  const auto wish = json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  return wish.is_object() && wish.contains(name) && wish[name].is_string()
             ? wish[name].get<std::string>()
             : std::string();
}

json describe_account(const Account& account) {
  const char* state = account.disabled ? "disabled" : account.password.empty() ? "waits" : "usable";
  json out = {{"name", account.name}, {"roles", format_roles(account.roles)}, {"state", state}};
  if (account.signed_in != 0) out["signed_in"] = format_leaf_time(account.signed_in);
  return out;
}

Result<json> list(Accounts& accounts) {
  const auto all = accounts.all();
  if (!all) return all.error();
  json out = json::array();
  for (const Account& account : *all) out.push_back(describe_account(account));
  return json{{"accounts", std::move(out)}};
}

Result<json> switch_to(Accounts& accounts, const Request& request, bool disabled) {
  const std::string name = member(request, "name");
  const auto done = accounts.set_disabled(std::string(kCommandLine), name, disabled);
  if (!done) return done.error();
  return json{{"name", name}, {"state", disabled ? "disabled" : "enabled"}};
}

}  // namespace

void add_console_control(Router& router, Accounts* accounts,
                         std::function<std::string(const std::string& code)> link) {
  using Ask = std::function<Result<json>(const Request&)>;
  const auto add = [&](const char* method, const char* path, Ask ask) {
    router.add(method, path,
               [accounts, ask = std::move(ask)](const Request& request, const PathArguments&) {
                 if (accounts == nullptr)
                   return control_problem(
                       request, Error{ErrorCode::kNotFound, "no console", "errors.console_off"});
                 const auto answer = ask(request);
                 if (!answer) return control_problem(request, answer.error());
                 return control_json(answer->dump(-1, ' ', false, json::error_handler_t::replace));
               });
  };
  add("GET", "/control/v1/accounts", [accounts](const Request&) { return list(*accounts); });
  add("POST", "/control/v1/accounts/invite",
      [accounts, link = std::move(link)](const Request& request) -> Result<json> {
        const auto roles = parse_roles(member(request, "roles"));
        if (!roles) return roles.error();
        const std::string name = member(request, "name");
        const auto code = accounts->invite(std::string(kCommandLine), name, *roles);
        if (!code) return code.error();
        return json{{"name", name}, {"link", link(*code)}};
      });
  add("POST", "/control/v1/accounts/disable",
      [accounts](const Request& request) { return switch_to(*accounts, request, true); });
  add("POST", "/control/v1/accounts/enable",
      [accounts](const Request& request) { return switch_to(*accounts, request, false); });
}

}  // namespace dure::node::http
