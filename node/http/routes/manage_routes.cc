// SPDX-License-Identifier: Apache-2.0
#include "http/routes/manage_routes.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "http/routes/control_publishing.h"
#include "http/routes/control_reply.h"

namespace dure::node::http {
namespace {

using nlohmann::json;
using Shared = std::shared_ptr<const ManagePorts>;
using Deed = std::function<Response(const ManagePorts&, const ApiToken&, const Request&)>;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// What follows "Bearer " in the header, the scheme in any spelling; empty if it is none.
std::string_view sent_token(const Request& request) {
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view header = request.header("authorization").value_or("");
  if (header.size() <= kScheme.size()) return {};
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = header[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kScheme[i]) return {};
  }
  return header.substr(kScheme.size());
}

/// SPEC: RFC 6750 §3.
Response refusal(const Request& request, const Error& error, std::string_view scope) {
  Response response = control_problem(request, error);
  std::string challenge = "Bearer realm=\"dure\"";
  if (error.code == ErrorCode::kUnknownKey) {
    response.status = 401;
    if (!sent_token(request).empty()) challenge += ", error=\"invalid_token\"";
  } else if (error.code == ErrorCode::kRefused) {
    challenge.append(", error=\"insufficient_scope\", scope=\"").append(scope).append("\"");
  } else {
    return response;
  }
  response.headers.emplace_back("WWW-Authenticate", challenge);
  return response;
}

/// Only for who sends a token that may do `scope`.
Handler with_token(Shared ports, std::string_view scope, Deed deed) {
  return [ports = std::move(ports), scope, deed = std::move(deed)](const Request& request,
                                                                   const PathArguments&) {
    const auto token = ports->tokens->check(sent_token(request), scope);
    Response response =
        token ? deed(*ports, *token, request) : refusal(request, token.error(), scope);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
  };
}

Status note(const ManagePorts& ports, const ApiToken& token, const char* act, std::string subject,
            std::string words = {}) {
  return ports.store->note(
      {ApiTokens::actor_of(token), act, std::move(subject), std::move(words), ports.now()});
}

Response publish(const ManagePorts& ports, const ApiToken& token, const Request& request) {
  return publish_entries(ports.control, request, [&](std::size_t entries) {
    return note(ports, token, "api.publish", std::to_string(entries));
  });
}

Response withdraw(const ManagePorts& ports, const ApiToken& token, const Request& request) {
  const json wish = json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  const auto text_of = [&](const char* name) {
    return wish.is_object() && wish.contains(name) && wish[name].is_string()
               ? wish[name].get<std::string>()
               : std::string();
  };
  const std::string id = text_of("id"), reason = text_of("reason");
  if (!is_entry_id(id) || reason.empty() || reason.size() > kMaxReason)
    return control_problem(request,
                           Error{ErrorCode::kInvalid, "id and reason", "errors.manage_withdrawal"});
  if (auto noted = note(ports, token, "api.withdraw", id, reason); !noted)
    return control_problem(request, noted.error());
  return withdraw_entry(ports.control, request);
}

/// The faults of an entry, as publishing tells them.
Response faults_of_entry(std::vector<std::string> faults) {
  json body = {{"published", json::array()},
               {"invalid", json::array({{{"line", 1}, {"messages", std::move(faults)}}})}};
  Response response = control_json(dump(body));
  response.status = 422;
  return response;
}

Response hand_in(const ManagePorts& ports, const ApiToken& token, const Request& request) {
  const auto document = parse_entry_document(request.body);
  if (!document) return control_problem(request, document.error());
  if (document->type == kWithdrawal)
    return control_problem(
        request, Error{ErrorCode::kInvalid, "a withdrawal", "errors.manage_withdraw_there"});
  const std::string actor = ApiTokens::actor_of(token);
  auto faults = entry_faults(ports.control, *document, reply_language(request));
  if (!faults.empty()) return faults_of_entry(std::move(faults));
  auto draft = document->id.empty() ? ports.drafts->begin(actor, document->type, document->body)
                                    : ports.drafts->revise(actor, document->id);
  if (draft && !document->id.empty())
    draft = ports.drafts->save(actor, draft->number, draft->version, document->body);
  if (draft) draft = ports.drafts->submit(actor, draft->number, draft->version);
  if (!draft) return control_problem(request, draft.error());
  Response response =
      control_json(dump({{"number", draft->number}, {"state", state_word(draft->state)}}));
  response.status = 201;
  return response;
}

Response show_status(const ManagePorts& ports, const ApiToken& /*token*/, const Request& request) {
  auto status = ports.control.status();
  return status ? control_json(*std::move(status)) : control_problem(request, status.error());
}

}  // namespace

void add_manage_routes(Router& router, ManagePorts ports) {
  const auto shared = std::make_shared<const ManagePorts>(std::move(ports));
  router.add("POST", "/manage/v1/entries", with_token(shared, "publish", &publish));
  router.add("POST", "/manage/v1/drafts", with_token(shared, "draft", &hand_in));
  router.add("POST", "/manage/v1/withdrawals", with_token(shared, "withdraw", &withdraw));
  router.add("GET", "/manage/v1/status", with_token(shared, "status", &show_status));
}

}  // namespace dure::node::http
