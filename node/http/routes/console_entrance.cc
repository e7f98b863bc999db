// SPDX-License-Identifier: Apache-2.0
// Signing in and out, setting up an account, one's own password.
#include <utility>

#include "http/routes/console_routes.h"
#include "http/routes/page_response.h"

namespace dure::node::http {
namespace {

constexpr double kTriesPerMinute = 10;  // of one client, at signing in and setting up
constexpr std::size_t kRememberedClients = 16'384;

class Entrance {
 public:
  explicit Entrance(SharedPorts ports)
      : ports_(std::move(ports)),
        tries_(kTriesPerMinute / 60, kTriesPerMinute, kRememberedClients, ports_->clock) {}

  Response show_sign_in(const Request& request) const {
    return console_response(200, render_sign_in(page_frame(request, ports_->own), {}, {}));
  }
  Response sign_in(const Request& request);
  Response show_set_up(const Request& request) const;
  Response set_up(const Request& request);

 private:
  /// A refusal, or the form that was sent.
  std::optional<Response> take(const Request& request, const PageFrame& frame, FormFields& form);

  const SharedPorts ports_;
  RateLimiter tries_;  // has a lock of its own
};

std::optional<Response> Entrance::take(const Request& request, const PageFrame& frame,
                                       FormFields& form) {
  if (from_elsewhere(request)) return console_message(frame, 403, "elsewhere");
  const auto client = parse_address(request.client);
  if (client && !client->is_loopback()) {
    const auto verdict = tries_.take(*client);
    if (!verdict.allowed) {
      const auto minutes = std::to_string(verdict.retry_after.count() / 60 + 1);
      return console_message(frame, 429, "busy", {{"minutes", minutes}});
    }
  }
  auto sent = read_form(request);
  if (!sent) return console_message(frame, 400, "unreadable");
  form = *std::move(sent);
  return std::nullopt;
}

Response Entrance::sign_in(const Request& request) {
  const PageFrame frame = page_frame(request, ports_->own);
  FormFields form;
  if (auto refusal = take(request, frame, form)) return *std::move(refusal);
  const std::string name = form_value(form, "name");
  const auto token = ports_->accounts->sign_in(name, form_value(form, "password"));
  if (!token) {
    const bool trouble = token.error().code != ErrorCode::kRefused;
    return console_response(trouble ? 503 : 403,
                            render_sign_in(frame, name, explain(frame.language, token.error())));
  }
  Response response = see_other(frame, "/admin/");
  response.headers.emplace_back("Set-Cookie", session_cookie(ports_->own, *token));
  return response;
}

Response Entrance::show_set_up(const Request& request) const {
  PageFrame frame = page_frame(request, ports_->own);
  const std::string code(request.parameter("code").value_or(""));
  const auto account = ports_->accounts->invited(code);
  frame.query.clear();  // no link on the page hands the code on
  if (!account)
    return console_response(404,
                            render_sign_in(frame, {}, explain(frame.language, account.error())));
  return console_response(200, render_set_up(frame, account->name, code, {}));
}

Response Entrance::set_up(const Request& request) {
  const PageFrame frame = page_frame(request, ports_->own);
  FormFields form;
  if (auto refusal = take(request, frame, form)) return *std::move(refusal);
  const std::string code = form_value(form, "code"), password = form_value(form, "password");
  const auto account = ports_->accounts->invited(code);
  if (!account)
    return console_response(404,
                            render_sign_in(frame, {}, explain(frame.language, account.error())));
  const auto again = [&](const std::string& fault) {
    return console_response(422, render_set_up(frame, account->name, code, fault));
  };
  if (password != form_value(form, "again"))
    return again(text(frame.language, "console.set-up.unequal"));
  const auto done = ports_->accounts->set_up(code, password);
  if (!done) return again(explain(frame.language, done.error()));
  return console_response(
      200, render_sign_in(frame, done->name, text(frame.language, "console.set-up.done")));
}

Response sign_out(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                  const PathArguments& /*arguments*/) {
  ports.accounts->sign_out(visit.token, visit.account.name);
  Response response = see_other(visit.frame.page, "/admin/sign-in");
  response.headers.emplace_back("Set-Cookie", session_cookie(ports.own, {}));
  return response;
}

Response show_password(const ConsolePorts& /*ports*/, Visit& visit, const Request& /*request*/,
                       const PathArguments& /*arguments*/) {
  return console_response(200, render_password(visit.frame));
}

Response change_password(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                         const PathArguments& /*arguments*/) {
  const PageFrame& frame = visit.frame.page;
  if (visit.field("password") != visit.field("again")) {
    visit.frame.fault = text(frame.language, "console.set-up.unequal");
    return console_response(422, render_password(visit.frame));
  }
  const auto changed = ports.accounts->change_password(visit.account.name, visit.field("old"),
                                                       visit.field("password"));
  if (!changed) return say_failure(visit, changed.error(), &render_password);
  return console_response(200, render_sign_in(frame, visit.account.name,
                                              text(frame.language, "console.password.done")));
}

}  // namespace

void add_console_entrance(Router& router, const SharedPorts& ports) {
  const auto entrance = std::make_shared<Entrance>(ports);
  router.add("GET", "/admin/sign-in", [entrance](const Request& request, const PathArguments&) {
    return entrance->show_sign_in(request);
  });
  router.add("POST", "/admin/sign-in", [entrance](const Request& request, const PathArguments&) {
    return entrance->sign_in(request);
  });
  router.add("GET", "/admin/set-up", [entrance](const Request& request, const PathArguments&) {
    return entrance->show_set_up(request);
  });
  router.add("POST", "/admin/set-up", [entrance](const Request& request, const PathArguments&) {
    return entrance->set_up(request);
  });
  router.add("POST", "/admin/sign-out", signed_in(ports, {}, &sign_out));
  router.add("GET", "/admin/password", signed_in(ports, {}, &show_password));
  router.add("POST", "/admin/password", signed_in(ports, {}, &change_password));
}

void add_console_routes(Router& router, ConsolePorts ports) {
  const auto shared = std::make_shared<const ConsolePorts>(std::move(ports));
  add_console_entrance(router, shared);
  add_console_work(router, shared);
  add_console_drafts(router, shared);
  add_console_requests(router, shared);
  add_console_adopt(router, shared);
  add_console_inbox(router, shared);
  add_console_accounts(router, shared);
  add_console_node(router, shared);
}

}  // namespace dure::node::http
