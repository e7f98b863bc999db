// SPDX-License-Identifier: Apache-2.0
// What the console needs from storage.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/account.h"
#include "console/api_token.h"
#include "console/audit.h"
#include "console/draft.h"
#include "dure/result.h"

namespace dure::node {

/// Accounts, tokens, drafts and the audit log in a file of their own, never replicated. An act is
/// written down in the transaction that does it. Threads: any. A write is on disk when it returns;
/// on kStorage it may or may not be.
class ConsoleStore {
 public:
  virtual ~ConsoleStore() = default;

  virtual Result<std::optional<Account>> account(std::string_view name) = 0;
  virtual Result<std::vector<Account>> accounts() = 0;  // by name
  /// Errors: kConflict (there is one of this name), kStorage.
  virtual Status add_account(const Account& account, const Act& act) = 0;
  /// Errors: kNotFound, kStorage.
  virtual Status change_account(const Account& account, const Act& act) = 0;

  /// Answers the number that it got. Errors: kStorage.
  virtual Result<std::uint64_t> add_draft(const Draft& draft, const Act& act) = 0;
  virtual Result<std::optional<Draft>> draft(std::uint64_t number) = 0;
  /// Those that are not done, and of the others the `done` newest; the last changed first.
  virtual Result<std::vector<Draft>> drafts(std::size_t done) = 0;
  /// Writes `draft` over its version; it becomes the next one. Without an act nothing is written
  /// down. Errors: kNotFound, kConflict (somebody was quicker), kStorage.
  virtual Status change_draft(const Draft& draft, const std::optional<Act>& act) = 0;

  virtual Result<std::optional<ApiToken>> token(std::string_view name) = 0;
  virtual Result<std::vector<ApiToken>> tokens() = 0;  // by name
  /// Errors: kConflict (there is one of this name), kStorage.
  virtual Status add_token(const ApiToken& token, const Act& act) = 0;
  /// Without an act nothing is written down. Errors: kNotFound, kStorage.
  virtual Status change_token(const ApiToken& token, const std::optional<Act>& act) = 0;

  /// Empties for good what the drafts of an erased record said, and why they were returned, except
  /// for requests to erase it; those that are not published are dropped. `only_done`: leaves those
  /// alone that are being written or decided. With nothing to empty nothing is written down.
  virtual Status forget_texts(std::string_view record, bool only_done, const Act& act) = 0;

  virtual Status note(const Act& act) = 0;
  /// Lines from number `first` on.
  virtual Result<std::vector<AuditLine>> acts(std::uint64_t first, std::size_t limit) = 0;
  virtual Result<std::uint64_t> acts_so_far() = 0;
};

}  // namespace dure::node
