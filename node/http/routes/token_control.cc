// SPDX-License-Identifier: Apache-2.0
#include "http/routes/token_control.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "http/routes/control_reply.h"
#include "publishing/entry_planner.h"

namespace dure::node::http {
namespace {

using nlohmann::json;

json wish_of(const Request& request) {
  auto wish = json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  return wish.is_object() ? wish : json::object();
}

std::string member(const json& wish, const char* name) {
  return wish.contains(name) && wish[name].is_string() ? wish[name].get<std::string>()
                                                       : std::string();
}

json describe_token(const ApiToken& token, std::int64_t now) {
  const char* state = token.revoked() ? "revoked" : now >= token.until ? "ended" : "valid";
  json out = {{"name", token.name},
              {"scopes", token.scopes},
              {"state", state},
              {"made_by", token.made_by},
              {"until", format_leaf_time(token.until)}};
  if (token.used != 0) out["used"] = format_leaf_time(token.used);
  return out;
}

Result<json> list(ApiTokens& tokens, std::int64_t now) {
  const auto all = tokens.all();
  if (!all) return all.error();
  json out = json::array();
  for (const ApiToken& token : *all) out.push_back(describe_token(token, now));
  return json{{"tokens", std::move(out)}};
}

Result<json> make(ApiTokens& tokens, const json& wish, std::int64_t now) {
  const std::string name = member(wish, "name"), scopes = member(wish, "scopes");
  const bool counted = wish.contains("days") && wish["days"].is_number_integer();
  const std::int64_t days = counted ? wish["days"].get<std::int64_t>() : kTokenDays;
  auto token = tokens.make(std::string(kCommandLine), name, scopes, days);
  if (!token) return std::move(token).error();
  return json{{"name", name},
              {"scopes", *parse_scopes(scopes)},
              {"until", format_leaf_time(now + days * 86'400)},
              {"token", *token}};
}

Result<json> revoke(ApiTokens& tokens, const json& wish) {
  const std::string name = member(wish, "name");
  if (auto done = tokens.revoke(std::string(kCommandLine), name); !done) return done.error();
  return json{{"name", name}, {"state", "revoked"}};
}

}  // namespace

void add_token_control(Router& router, ApiTokens* tokens,
                       const std::function<std::int64_t()>& now) {
  using Ask = std::function<Result<json>(const Request&)>;
  const auto add = [&](const char* method, const char* path, Ask ask) {
    router.add(method, path,
               [tokens, ask = std::move(ask)](const Request& request, const PathArguments&) {
                 if (tokens == nullptr)
                   return control_problem(
                       request, Error{ErrorCode::kNotFound, "no console", "errors.console_off"});
                 const auto answer = ask(request);
                 if (!answer) return control_problem(request, answer.error());
                 return control_json(answer->dump(-1, ' ', false, json::error_handler_t::replace));
               });
  };
  add("GET", "/control/v1/tokens", [tokens, now](const Request&) { return list(*tokens, now()); });
  add("POST", "/control/v1/tokens",
      [tokens, now](const Request& request) { return make(*tokens, wish_of(request), now()); });
  add("POST", "/control/v1/tokens/revoke",
      [tokens](const Request& request) { return revoke(*tokens, wish_of(request)); });
}

}  // namespace dure::node::http
