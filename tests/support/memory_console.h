// SPDX-License-Identifier: Apache-2.0
// A console store without a disk, whose writes can be made to fail.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "console/ports.h"
#include "support/failures.h"

namespace dure::node {

class MemoryConsole final : public ConsoleStore {
 public:
  FailNext fail;
  std::vector<AuditLine>& lines() { return acts_; }  // to be changed behind its back

  Result<std::optional<Account>> account(std::string_view name) override {
    const auto found = accounts_.find(std::string(name));
    return found == accounts_.end() ? std::optional<Account>() : std::optional(found->second);
  }
  Result<std::vector<Account>> accounts() override {
    std::vector<Account> all;
    for (const auto& [name, account] : accounts_) all.push_back(account);
    return all;
  }
  Status add_account(const Account& account, const Act& act) override {
    return fail.around([&]() -> Status {
      if (accounts_.contains(account.name)) return Error{ErrorCode::kConflict, "known"};
      accounts_[account.name] = account;
      return add_act(act);
    });
  }
  Status change_account(const Account& account, const Act& act) override {
    return fail.around([&]() -> Status {
      if (!accounts_.contains(account.name)) return Error{ErrorCode::kNotFound, "unknown"};
      accounts_[account.name] = account;
      return add_act(act);
    });
  }

  Result<std::uint64_t> add_draft(const Draft& draft, const Act& act) override {
    std::uint64_t number = 0;
    auto added = fail.around([&] {
      Draft kept = draft;
      number = kept.number = drafts_.size() + 1;
      drafts_[number] = kept;
      Act done = act;
      done.subject = std::to_string(number);
      return add_act(done);
    });
    if (!added) return std::move(added).error();
    return number;
  }
  Result<std::optional<Draft>> draft(std::uint64_t number) override {
    const auto found = drafts_.find(number);
    return found == drafts_.end() ? std::optional<Draft>() : std::optional(found->second);
  }
  Result<std::vector<Draft>> drafts(std::size_t done) override {
    std::vector<Draft> all;
    for (const auto& [number, draft] : drafts_) all.push_back(draft);
    std::sort(all.begin(), all.end(), [](const Draft& a, const Draft& b) {
      return a.changed != b.changed ? a.changed > b.changed : a.number > b.number;
    });
    std::erase_if(all, [&](const Draft& draft) {
      const bool is_done =
          draft.state == DraftState::kPublished || draft.state == DraftState::kDropped;
      return is_done && done-- == 0 && (done = 0, true);
    });
    return all;
  }
  Status change_draft(const Draft& draft, const std::optional<Act>& act) override {
    return fail.around([&]() -> Status {
      const auto found = drafts_.find(draft.number);
      if (found == drafts_.end()) return Error{ErrorCode::kNotFound, "unknown"};
      if (found->second.version != draft.version) return Error{ErrorCode::kConflict, "changed"};
      found->second = draft;
      ++found->second.version;
      return act ? add_act(*act) : ok();
    });
  }

  Result<std::optional<ApiToken>> token(std::string_view name) override {
    const auto found = tokens_.find(std::string(name));
    return found == tokens_.end() ? std::optional<ApiToken>() : std::optional(found->second);
  }
  Result<std::vector<ApiToken>> tokens() override {
    std::vector<ApiToken> all;
    for (const auto& [name, token] : tokens_) all.push_back(token);
    return all;
  }
  Status add_token(const ApiToken& token, const Act& act) override {
    return fail.around([&]() -> Status {
      if (tokens_.contains(token.name)) return Error{ErrorCode::kConflict, "known"};
      tokens_[token.name] = token;
      return add_act(act);
    });
  }
  Status change_token(const ApiToken& token, const std::optional<Act>& act) override {
    return fail.around([&]() -> Status {
      if (!tokens_.contains(token.name)) return Error{ErrorCode::kNotFound, "unknown"};
      tokens_[token.name] = token;
      return act ? add_act(*act) : ok();
    });
  }

  Status forget_texts(std::string_view record, bool only_done, const Act& act) override {
    return fail.around([&]() -> Status {
      bool found = false;
      for (auto& [number, draft] : drafts_) {
        const bool is_done =
            draft.state == DraftState::kPublished || draft.state == DraftState::kDropped;
        if (draft.record != record || draft.type == kErasure || (only_done && !is_done)) continue;
        if (draft.body == "{}" && draft.reason.empty() && is_done) continue;
        found = true;
        draft.body = "{}";
        draft.reason.clear();
        if (!is_done) draft.state = DraftState::kDropped;
        ++draft.version;
      }
      return found ? add_act(act) : ok();
    });
  }

  Status note(const Act& act) override {
    return fail.around([&] { return add_act(act); });
  }
  Result<std::vector<AuditLine>> acts(std::uint64_t first, std::size_t limit) override {
    std::vector<AuditLine> found;
    for (const AuditLine& line : acts_) {
      if (line.number >= first && found.size() < limit) found.push_back(line);
    }
    return found;
  }
  Result<std::uint64_t> acts_so_far() override { return acts_.size(); }

 private:
  Status add_act(const Act& act) {
    const Hash before = acts_.empty() ? Hash{} : acts_.back().hash;
    const std::uint64_t number = acts_.size() + 1;
    acts_.push_back({number, act, audit_hash(before, number, act)});
    return ok();
  }
  std::map<std::string, Account> accounts_;
  std::map<std::string, ApiToken> tokens_;
  std::map<std::uint64_t, Draft> drafts_;
  std::vector<AuditLine> acts_;
};

}  // namespace dure::node
