// SPDX-License-Identifier: Apache-2.0
#include "http/routes/console_visit.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "http/routes/page_response.h"

namespace dure::node::http {
namespace {

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

bool is_https(const NodeCard& own) { return own.url.starts_with("https://"); }

std::string_view cookie_name(const NodeCard& own) {
  return is_https(own) ? "__Host-dure" : "dure-console";
}

bool same(std::string_view a, std::string_view b) {
  return !a.empty() && a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

/// The session and account of a request; nothing if nobody is signed in.
std::optional<Visit> visit_of(const ConsolePorts& ports, const Request& request) {
  Visit visit;
  visit.token = session_token(ports.own, request);
  if (visit.token.empty()) return std::nullopt;
  const auto session = ports.sessions->find(visit.token);
  if (!session) return std::nullopt;
  auto account = ports.accounts->account(session->account);
  if (!account) return std::nullopt;
  visit.account = *std::move(account);
  visit.frame.page = page_frame(request, ports.own);
  visit.frame.account = visit.account.name;
  visit.frame.form_token = session->form_token;
  const StaffRoles& roles = visit.account.roles;
  visit.frame.author = roles.has(StaffRole::kAuthor);
  visit.frame.approver = roles.has(StaffRole::kApprover);
  visit.frame.operates = roles.has(StaffRole::kOperator);
  visit.frame.auditor = roles.has(StaffRole::kAuditor);
  return visit;
}

/// Takes in what a POST sent; a refusal if it cannot be from a page of ours.
std::optional<Response> take_form(Visit& visit, const Request& request, bool see_all) {
  if (request.method != "POST") return std::nullopt;
  const PageFrame& frame = visit.frame.page;
  if (from_elsewhere(request)) return console_message(frame, 403, "elsewhere");
  auto form = read_form(request);
  if (!form) {
    const bool large = form.error().code == ErrorCode::kTooLarge;
    return console_message(frame, large ? 413 : 400, "unreadable");
  }
  visit.form = *std::move(form);
  visit.genuine = same(visit.field("form_token"), visit.frame.form_token);
  if (!visit.genuine && !see_all) return console_message(frame, 403, "elsewhere");
  return std::nullopt;
}

}  // namespace

Handler signed_in(SharedPorts ports, std::vector<StaffRole> any_of, ConsoleHandler handler,
                  bool see_all) {
  return [ports = std::move(ports), any_of = std::move(any_of), handler = std::move(handler),
          see_all](const Request& request, const PathArguments& arguments) {
    auto visit = visit_of(*ports, request);
    if (!visit) return see_other(page_frame(request, ports->own), "/admin/sign-in");
    const StaffRoles& roles = visit->account.roles;
    if (!any_of.empty() && std::none_of(any_of.begin(), any_of.end(),
                                        [&roles](StaffRole role) { return roles.has(role); }))
      return console_message(visit->frame.page, 403, "refused");
    if (auto refusal = take_form(*visit, request, see_all)) return *std::move(refusal);
    return handler(*ports, *visit, request, arguments);
  };
}

Response console_response(int status, std::string html) {
  Response response = page_response(status, std::move(html));
  std::erase_if(response.headers, [](const auto& header) { return header.first == "ETag"; });
  for (auto& [name, value] : response.headers) {
    if (name == "Cache-Control") value = "no-store";
  }
  response.headers.emplace_back("X-Robots-Tag", "noindex");
  // Compressed beside what somebody else may have put in, a token could be guessed by sizes.
  response.allow_gzip = false;
  return response;
}

Response see_other(const PageFrame& frame, std::string_view path) {
  Response response = make_response(303, "", "");
  response.headers = {{"Location", page_href(frame, path)}, {"Cache-Control", "no-store"}};
  return response;
}

Response console_message(const PageFrame& frame, int status, const char* key,
                         const TextArguments& args) {
  const std::string prefix = std::string("console.") + key;
  const MessageView view{text(frame.language, prefix + ".heading"),
                         text(frame.language, prefix + ".how", args), page_href(frame, "/admin/"),
                         text(frame.language, "console.back")};
  return console_response(status, render_message(frame, view));
}

Response say_failure(Visit& visit, const Error& error,
                     const std::function<std::string(const ConsoleFrame&)>& again) {
  int status = 422;
  if (error.code == ErrorCode::kConflict) status = 409;
  if (error.code == ErrorCode::kRefused) status = 403;
  if (error.code == ErrorCode::kNotFound) status = 404;
  const bool nodes_trouble =
      error.code == ErrorCode::kStorage || error.code == ErrorCode::kUnavailable ||
      error.code == ErrorCode::kQuarantined || error.code == ErrorCode::kInternal;
  if (nodes_trouble) status = 503;
  visit.frame.fault = explain(visit.frame.page.language, error);
  return console_response(status, again(visit.frame));
}

bool from_elsewhere(const Request& request) {
  const std::string_view site = request.header("sec-fetch-site").value_or("");
  if (!site.empty() && site != "same-origin" && site != "none") return true;
  const auto origin = request.header("origin");
  const auto host = request.header("host");
  // Our pages send no referrer, and then browsers write "null" for their own forms, too.
  if (!origin || !host || *origin == "null") return false;
  const std::size_t scheme = origin->find("://");
  return scheme == std::string_view::npos || origin->substr(scheme + 3) != *host;
}

std::string session_cookie(const NodeCard& own, std::string_view token) {
  std::string cookie(cookie_name(own));
  cookie.append(1, '=').append(token).append("; Path=/; HttpOnly; SameSite=Strict");
  if (is_https(own)) cookie += "; Secure";
  if (token.empty()) cookie += "; Max-Age=0";
  return cookie;
}

std::string session_token(const NodeCard& own, const Request& request) {
  const std::string wanted = std::string(cookie_name(own)) + '=';
  std::string_view rest = request.header("cookie").value_or("");
  while (!rest.empty()) {
    const std::size_t end = rest.find(';');
    std::string_view one = rest.substr(0, end);
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (one.starts_with(wanted)) return std::string(one.substr(wanted.size()));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return {};
}

Result<FormFields> read_form(const Request& request) {
  if (!request.header("content-type").value_or("").starts_with(kFormType))
    return Error{ErrorCode::kMalformed, "not a form"};
  return parse_form(request.body, kMaxConsoleBytes, kMaxConsoleFields);
}

}  // namespace dure::node::http
