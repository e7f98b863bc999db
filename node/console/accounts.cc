// SPDX-License-Identifier: Apache-2.0
#include "console/accounts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dure/encoding.h"

namespace dure::node {
namespace {

constexpr std::size_t kMostNames = 10'000;  // whose wrong tries are remembered
constexpr std::int64_t kDay = 86'400;

std::string hash_of(std::string_view code) { return hex_encode(as_view(sha256({code}))); }

Error no_link() {
  return {ErrorCode::kNotFound, "this link was used, is too old or wrong", "errors.console_set_up"};
}
Error wrong() { return {ErrorCode::kRefused, "name or password", "errors.console_wrong"}; }
Error unknown(std::string_view name) {
  return {ErrorCode::kNotFound,
          "no such account",
          "errors.console_account",
          {{"name", printable(name)}}};
}

bool is_usable(const Account& account) { return !account.disabled && !account.password.empty(); }

}  // namespace

Act Accounts::act(const std::string& actor, const char* what, const std::string& name,
                  std::string note) const {
  return {actor, what, name, std::move(note), ports_.now()};
}

Result<std::string> Accounts::invite(const std::string& actor, const std::string& name,
                                     const StaffRoles& roles) {
  if (!is_account_name(name))
    return Error{
        ErrorCode::kInvalid, printable(name), "errors.console_name", {{"name", printable(name)}}};
  if (roles.empty()) return Error{ErrorCode::kInvalid, "no role", "errors.console_no_role"};
  std::array<std::uint8_t, 20> bytes{};
  ports_.random(bytes);
  const std::string code =
      base32_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const std::lock_guard lock(changing_);
  const auto known = ports_.store->account(name);
  if (!known) return known.error();
  if (*known && (*known)->disabled)
    return Error{ErrorCode::kRefused, "disabled", "errors.console_disabled", {{"name", name}}};
  Account account = known->value_or(Account{name, roles, false, {}, {}, 0, ports_.now(), 0});
  account.roles = roles;
  account.password.clear();
  account.set_up = hash_of(code);
  account.set_up_until = ports_.now() + kSetUpDays * kDay;
  // Who has the machine can always begin anew.
  if (*known && actor != kCommandLine) {
    if (auto kept = keep_an_operator(account); !kept) return std::move(kept).error();
  }
  const Act done =
      act(actor, *known ? "account.invite-again" : "account.invite", name, format_roles(roles));
  auto written = *known ? ports_.store->change_account(account, done)
                        : ports_.store->add_account(account, done);
  if (!written) return std::move(written).error();
  ports_.sessions->close_all(name);
  return code;
}

Result<Account> Accounts::invited(std::string_view code) {
  const auto all = ports_.store->accounts();
  if (!all) return all.error();
  const std::string hash = hash_of(code);
  for (const Account& account : *all) {
    const bool open = account.set_up == hash && ports_.now() < account.set_up_until;
    if (open && !account.disabled) return account;
  }
  return no_link();
}

Result<Account> Accounts::set_up(std::string_view code, std::string_view password) {
  const std::lock_guard lock(changing_);
  auto account = invited(code);
  if (!account) return account;
  if (auto good = check_password(account->name, password); !good) return std::move(good).error();
  auto hash = ports_.hasher->hash(password);
  if (!hash) return std::move(hash).error();
  account->password = *std::move(hash);
  account->set_up.clear();
  account->set_up_until = 0;
  auto written =
      ports_.store->change_account(*account, act(account->name, "account.set-up", account->name));
  if (!written) return std::move(written).error();
  return account;
}

Status Accounts::free_to_try(const std::string& name) {
  const std::lock_guard lock(tries_mutex_);
  const auto found = tries_.find(name);
  const std::int64_t now = ports_.now();
  if (found == tries_.end() || found->second.locked_until <= now) return ok();
  const std::string seconds = std::to_string(found->second.locked_until - now);
  return Error{ErrorCode::kUnavailable, "locked", "errors.console_locked", {{"seconds", seconds}}};
}

void Accounts::note_try(const std::string& name, bool right) {
  const std::lock_guard lock(tries_mutex_);
  if (right) {
    tries_.erase(name);
    return;
  }
  if (tries_.size() >= kMostNames && !tries_.contains(name)) {
    tries_.erase(std::min_element(tries_.begin(), tries_.end(), [](const auto& a, const auto& b) {
      return a.second.last < b.second.last;
    }));
  }
  Tries& tries = tries_[name];
  tries.last = ports_.now();
  if (++tries.wrong < kFreeTries) return;
  const auto doublings = std::min<std::uint64_t>(tries.wrong - kFreeTries, 6);
  tries.locked_until = tries.last + std::min(kFirstLock << doublings, kLongestLock);
}

Result<std::string> Accounts::sign_in(const std::string& name, std::string_view password) {
  if (auto free = free_to_try(name); !free) return std::move(free).error();
  if (name.size() > 64 || password.size() > kMaxPassword) return wrong();
  const auto found = ports_.store->account(name);
  if (!found) return found.error();
  const bool known = *found && is_usable(**found);
  // Takes as long for a name that there is not.
  const bool fits = ports_.hasher->fits(known ? (*found)->password : std::string(), password);
  note_try(name, fits);
  if (!fits) return wrong();
  const std::lock_guard lock(changing_);
  auto now = account(name);
  if (!now || now->password != (*found)->password) return wrong();
  now->signed_in = ports_.now();
  if (auto kept = ports_.store->change_account(*now, act(name, "sign-in", name)); !kept)
    return std::move(kept).error();
  return ports_.sessions->open(name);
}

void Accounts::sign_out(std::string_view token, const std::string& name) {
  ports_.sessions->close(token);
  (void)ports_.store->note(act(name, "sign-out", name));  // signing out never fails
}

Status Accounts::change_password(const std::string& name, std::string_view old_password,
                                 std::string_view new_password) {
  if (auto free = free_to_try(name); !free) return free;
  const std::lock_guard lock(changing_);
  auto found = account(name);
  if (!found) return std::move(found).error();
  const bool fits = ports_.hasher->fits(found->password, old_password);
  note_try(name, fits);
  if (!fits) return wrong();
  if (auto good = check_password(name, new_password); !good) return good;
  auto hash = ports_.hasher->hash(new_password);
  if (!hash) return std::move(hash).error();
  found->password = *std::move(hash);
  auto written = ports_.store->change_account(*found, act(name, "account.password", name));
  if (written) ports_.sessions->close_all(name);
  return written;
}

/// After `changed` somebody must be able to sign in as operator, unless nobody could before.
Status Accounts::keep_an_operator(const Account& changed) {
  const auto all = ports_.store->accounts();
  if (!all) return all.error();
  const auto can = [](const Account& account) {
    return is_usable(account) && account.roles.has(StaffRole::kOperator);
  };
  bool before = false, after = can(changed);
  for (const Account& account : *all) {
    before = before || can(account);
    after = after || (account.name != changed.name && can(account));
  }
  if (after || !before) return ok();
  return Error{ErrorCode::kRefused, "nobody would be operator any more",
               "errors.console_last_operator"};
}

Status Accounts::set_roles(const std::string& actor, const std::string& name,
                           const StaffRoles& roles) {
  if (roles.empty()) return Error{ErrorCode::kInvalid, "no role", "errors.console_no_role"};
  const std::lock_guard lock(changing_);
  const auto found = ports_.store->account(name);
  if (!found) return found.error();
  if (!*found) return unknown(name);
  Account changed = **found;
  changed.roles = roles;
  if (auto kept = keep_an_operator(changed); !kept) return kept;
  return ports_.store->change_account(changed,
                                      act(actor, "account.roles", name, format_roles(roles)));
}

Status Accounts::set_disabled(const std::string& actor, const std::string& name, bool disabled) {
  const std::lock_guard lock(changing_);
  const auto found = ports_.store->account(name);
  if (!found) return found.error();
  if (!*found) return unknown(name);
  Account changed = **found;
  changed.disabled = disabled;
  if (auto kept = keep_an_operator(changed); !kept) return kept;
  auto written = ports_.store->change_account(
      changed, act(actor, disabled ? "account.disable" : "account.enable", name));
  if (written && disabled) ports_.sessions->close_all(name);
  return written;
}

Result<Account> Accounts::account(std::string_view name) {
  auto found = ports_.store->account(name);
  if (!found) return std::move(found).error();
  if (!*found || !is_usable(**found)) return unknown(name);
  return **std::move(found);
}

Result<bool> Accounts::alone() {
  const auto all = ports_.store->accounts();
  if (!all) return all.error();
  return std::count_if(all->begin(), all->end(), is_usable) == 1;
}

}  // namespace dure::node
