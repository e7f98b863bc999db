// SPDX-License-Identifier: Apache-2.0
// Rows of console.db and what they mean. Internal to storage/.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "console/ports.h"
#include "storage/sqlite.h"

namespace dure::node {

bool read_hash(std::string_view bytes, Hash& hash);

Result<std::optional<Account>> find_account(Connection& connection, std::string_view name);
Result<std::vector<Account>> all_accounts(Connection& connection);
/// `roles` is what format_roles() writes; it and `account` must live until the statement has run.
Statement& bind_account(Statement& statement, const Account& account, std::string_view roles);

Result<std::optional<ApiToken>> find_token(Connection& connection, std::string_view name);
Result<std::vector<ApiToken>> all_tokens(Connection& connection);
/// `token` must live until the statement has run.
Statement& bind_token(Statement& statement, const ApiToken& token);

inline constexpr std::string_view kInsertDraft =
    "INSERT INTO drafts(type, record, base_rev, body, state, author, editor, approver, reason, "
    "log_size, version, begun, changed) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
    "?13) RETURNING number";
inline constexpr std::string_view kUpdateDraft =
    "UPDATE drafts SET type = ?1, record = ?2, base_rev = ?3, body = ?4, state = ?5, author = ?6, "
    "editor = ?7, approver = ?8, reason = ?9, log_size = ?10, version = ?11, begun = ?12, changed "
    "= ?13 WHERE number = ?14";
/// Parameters 1 to 13 of both.
Statement& bind_draft(Statement& statement, const Draft& draft);
Result<std::optional<Draft>> find_draft(Connection& connection, std::uint64_t number);
/// As ConsoleStore::drafts.
Result<std::vector<Draft>> list_drafts(Connection& connection, std::size_t done);

Result<std::vector<AuditLine>> list_acts(Connection& connection, std::uint64_t first,
                                         std::size_t limit);

}  // namespace dure::node
