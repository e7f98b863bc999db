// SPDX-License-Identifier: Apache-2.0
// The console's pages of accounts and of the audit log.
#include "web/console_frame.h"
#include "web/wording.h"

namespace dure::node {
namespace {

Data role_list(const PageFrame& frame, const std::vector<std::pair<std::string, bool>>& roles) {
  Data list{Data::type::list};
  for (const auto& [word, has] : roles) {
    Data item;
    item.set("word", word);
    item.set("label", say(frame, "console.role." + word));
    item.set("has", has);
    list.push_back(item);
  }
  return list;
}

Data account_data(const PageFrame& frame, const AccountRow& row) {
  const TextArguments who = {{"name", row.name}};
  Data item;
  item.set("name", row.name);
  const char* state = row.disabled ? "disabled" : row.waits ? "waits" : "usable";
  item.set("state", say(frame, std::string("console.accounts.") + state));
  item.set("signed_in", row.signed_in.empty()
                            ? say(frame, "console.accounts.never")
                            : say(frame, "console.accounts.signed-in",
                                  {{"time", time_in_words(frame.language, row.signed_in)}}));
  item.set("roles_of", say(frame, "console.accounts.roles-of", who));
  item.set("roles", role_list(frame, row.roles));
  item.set("disabled", row.disabled);
  for (const auto& [name, key] : {std::pair{"change_label", "console.accounts.change-of"},
                                  {"invite_label", "console.accounts.again-of"},
                                  {"enable_label", "console.accounts.enable-of"},
                                  {"disable_label", "console.accounts.disable-of"}})
    item.set(name, say(frame, key, who));
  return item;
}

}  // namespace

std::string render_accounts(const ConsoleFrame& frame, const std::vector<AccountRow>& rows,
                            const std::string& link_for, const std::string& link) {
  Data page = console_page(frame, "/admin/accounts");
  page.set("link", present(link));
  page.set("link_heading", say(frame.page, "console.accounts.link", {{"name", link_for}}));
  Data list{Data::type::list};
  for (const AccountRow& row : rows) list.push_back(account_data(frame.page, row));
  page.set("rows", list);
  page.set(
      "all_roles",
      role_list(frame.page,
                {{"author", false}, {"approver", false}, {"operator", false}, {"auditor", false}}));
  return in_console(frame, text(frame.page.language, "console.accounts.heading"),
                    fill_template("console-accounts.html", page));
}

std::string render_acts(const ConsoleFrame& frame, const std::vector<ActRow>& rows,
                        const std::string& older_href, bool whole) {
  Data page = console_page(frame, "/admin/audit");
  page.set("whole", whole);
  page.set("export_href", page_href(frame.page, "/admin/audit.jsonl"));
  page.set("older_href", present(older_href));
  Data list{Data::type::list};
  for (const ActRow& row : rows) {
    Data item;
    item.set("number", std::to_string(row.number));
    item.set("time", time_in_words(frame.page.language, row.time));
    item.set("account", row.account == "-" ? say(frame.page, "console.audit.command-line")
                                           : Data(row.account));
    item.set("act", has_text(frame.page.language, "console.act." + row.act)
                        ? say(frame.page, "console.act." + row.act)
                        : Data(row.act));
    item.set("subject", row.subject);
    item.set("note", row.note);
    list.push_back(item);
  }
  page.set("rows", list);
  return in_console(frame, text(frame.page.language, "console.audit.heading"),
                    fill_template("console-audit.html", page));
}

}  // namespace dure::node
