// SPDX-License-Identifier: Apache-2.0
// Accounts, for operators; the audit log, for auditors.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "console/audit_log.h"
#include "dure/encoding.h"
#include "http/routes/console_routes.h"
#include "publishing/entry_planner.h"

namespace dure::node::http {
namespace {

constexpr std::uint64_t kActsOnAPage = 100;

AccountRow row_of(const Account& account) {
  AccountRow row;
  row.name = account.name;
  if (account.signed_in != 0) row.signed_in = format_leaf_time(account.signed_in);
  for (const StaffRole role : kRoles)
    row.roles.emplace_back(role_word(role), account.roles.has(role));
  row.disabled = account.disabled;
  row.waits = account.password.empty();
  return row;
}

std::string accounts_page(const ConsolePorts& ports, ConsoleFrame frame,
                          const std::string& link_for = {}, const std::string& link = {}) {
  std::vector<AccountRow> rows;
  const auto all = ports.accounts->all();
  if (!all) {
    frame.fault = explain(frame.page.language, all.error());
  } else {
    for (const Account& account : *all) rows.push_back(row_of(account));
  }
  return render_accounts(frame, rows, link_for, link);
}

Response show_accounts(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                       const PathArguments& /*arguments*/) {
  return console_response(200, accounts_page(ports, visit.frame));
}

/// The roles that were ticked. Errors: kInvalid.
Result<StaffRoles> ticked_roles(const Visit& visit) {
  std::string words;
  for (const auto& [name, value] : visit.form) {
    if (name == "role") words.append(words.empty() ? "" : ",").append(value);
  }
  if (words.empty()) return Error{ErrorCode::kInvalid, "no role", "errors.console_no_role"};
  return parse_roles(words);
}

std::string link_of(const ConsolePorts& ports, const Request& request, const std::string& code) {
  const std::string base = ports.own.url.empty()
                               ? "http://" + std::string(request.header("host").value_or(""))
                               : ports.own.url;
  return base + "/admin/set-up?code=" + code;
}

/// Makes an account, or a new link for one, and shows the link.
Response invite(const ConsolePorts& ports, Visit& visit, const Request& request,
                const StaffRoles& roles) {
  const std::string name = visit.field("name");
  const auto code = ports.accounts->invite(visit.account.name, name, roles);
  if (code)
    return console_response(
        200, accounts_page(ports, visit.frame, name, link_of(ports, request, *code)));
  return say_failure(visit, code.error(),
                     [&](const ConsoleFrame& frame) { return accounts_page(ports, frame); });
}

Response change_accounts(const ConsolePorts& ports, Visit& visit, const Request& request,
                         const PathArguments& /*arguments*/) {
  const std::string name = visit.field("name");
  const std::string& actor = visit.account.name;
  const auto again = [&](const ConsoleFrame& frame) { return accounts_page(ports, frame); };
  std::string act = visit.field("do");
  auto changed = ok();
  if (act == "disable" || act == "enable") {
    changed = ports.accounts->set_disabled(actor, name, act == "disable");
  } else {
    const auto roles = ticked_roles(visit);
    if (!roles) return say_failure(visit, roles.error(), again);
    if (act == "invite") return invite(ports, visit, request, *roles);
    act = "roles";
    changed = ports.accounts->set_roles(actor, name, *roles);
  }
  if (!changed) return say_failure(visit, changed.error(), again);
  visit.frame.said =
      text(visit.frame.page.language, "console.accounts.done-" + act, {{"name", name}});
  return console_response(200, accounts_page(ports, visit.frame));
}

ActRow row_of(const AuditLine& line) {
  return {line.number,      format_leaf_time(line.act.time),
          line.act.account, line.act.act,
          line.act.subject, line.act.note};
}

/// The newest first. Every look checks the whole chain: what the page says is of all of it.
Response show_acts(const ConsolePorts& ports, Visit& visit, const Request& request,
                   const PathArguments& /*arguments*/) {
  const auto so_far = ports.store->acts_so_far();
  const auto asked = parse_decimal(request.parameter("until").value_or(""));
  const std::uint64_t last = std::min(so_far ? *so_far : 0, asked ? *asked : UINT64_MAX);
  const std::uint64_t first = last > kActsOnAPage ? last - kActsOnAPage + 1 : 1;
  const auto lines = ports.store->acts(first, last - first + 1);
  const auto whole = check_audit_log(*ports.store);
  if (!whole) visit.frame.fault = explain(visit.frame.page.language, whole.error());
  std::vector<ActRow> rows;
  if (lines) {
    for (auto line = lines->rbegin(); line != lines->rend(); ++line) rows.push_back(row_of(*line));
  }
  const std::string older = first == 1 ? std::string()
                                       : page_href(visit.frame.page, "/admin/audit",
                                                   {{"until", std::to_string(first - 1)}});
  const bool unreadable = !so_far || !lines;
  return console_response(unreadable ? 503 : 200,
                          render_acts(visit.frame, rows, older, whole.has_value()));
}

/// As it is, whole or not: what was changed is for somebody to look at.
Response export_acts(const ConsolePorts& ports, Visit& visit, const Request& /*request*/,
                     const PathArguments& /*arguments*/) {
  std::string out;
  for (std::uint64_t first = 1;;) {
    const auto lines = ports.store->acts(first, kActsOnAPage);
    if (!lines)
      return say_failure(visit, lines.error(), [](const ConsoleFrame& frame) {
        return render_acts(frame, {}, {}, /*whole=*/false);
      });
    if (lines->empty()) break;
    for (const AuditLine& line : *lines) out += format_audit_line(line);
    first = lines->back().number + 1;
  }
  Response response = make_response(200, "application/jsonl; charset=utf-8", std::move(out));
  response.headers = {{"Content-Disposition", "attachment; filename=\"dure-audit.jsonl\""},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"}};
  return response;
}

}  // namespace

void add_console_accounts(Router& router, const SharedPorts& ports) {
  router.add("GET", "/admin/accounts", signed_in(ports, {StaffRole::kOperator}, &show_accounts));
  router.add("POST", "/admin/accounts", signed_in(ports, {StaffRole::kOperator}, &change_accounts));
  router.add("GET", "/admin/audit", signed_in(ports, {StaffRole::kAuditor}, &show_acts));
  router.add("GET", "/admin/audit.jsonl", signed_in(ports, {StaffRole::kAuditor}, &export_acts));
}

}  // namespace dure::node::http
