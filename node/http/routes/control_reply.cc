// SPDX-License-Identifier: Apache-2.0
#include "http/routes/control_reply.h"

#include "http/routes/problems.h"

namespace dure::node::http {
Language reply_language(const Request& request) {
  Language language = Language::kEn;
  if (const auto wanted = request.parameter("lang")) parse_language(*wanted, language);
  return language;
}

bool switched_on(const Request& request, std::string_view parameter) {
  const auto value = request.parameter(parameter);
  return value && *value == "1";
}

Response control_json(std::string json) {
  return make_response(200, "application/json", std::move(json));
}

Response control_problem(const Request& request, const Error& error) {
  const auto name = error_name(error.code);
  auto response =
      make_problem(status_of(error.code), name, name, explain(reply_language(request), error));
  response.note = error.detail;
  return response;
}

}  // namespace dure::node::http
