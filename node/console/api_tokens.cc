// SPDX-License-Identifier: Apache-2.0
#include "console/api_tokens.h"

#include <sodium.h>

#include <array>
#include <utility>

#include "dure/encoding.h"
#include "dure/entry.h"

namespace dure::node {
namespace {

constexpr std::int64_t kDay = 86'400, kHour = 3'600;

using Arguments = std::vector<std::pair<std::string, std::string>>;

Error unknown() { return {ErrorCode::kUnknownKey, "no such token", "errors.api_token_unknown"}; }

/// Takes as long for a wrong secret as for a right one.
bool fits(const std::string& hash, const std::string& secret) {
  const std::string given = hash_secret(secret);
  return hash.size() == given.size() && sodium_memcmp(hash.data(), given.data(), hash.size()) == 0;
}

}  // namespace

Result<std::string> ApiTokens::make(const std::string& actor, const std::string& name,
                                    std::string_view scopes, std::int64_t days) {
  const Arguments who = {{"name", printable(name)}};
  if (!is_account_name(name))
    return Error{ErrorCode::kInvalid, printable(name), "errors.api_token_name", who};
  auto words = parse_scopes(scopes);
  if (!words) return std::move(words).error();
  if (days < 1 || days > kMostTokenDays)
    return Error{ErrorCode::kInvalid,
                 "days",
                 "errors.api_token_days",
                 {{"most", std::to_string(kMostTokenDays)}}};
  std::array<std::uint8_t, 32> bytes{};
  ports_.random(bytes);
  const std::string secret =
      base32_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const std::lock_guard lock(changing_);
  const auto known = ports_.store->token(name);
  if (!known) return known.error();
  const std::int64_t now = ports_.now();
  if (*known && !(*known)->revoked() && now < (*known)->until)
    return Error{ErrorCode::kConflict, "there is one", "errors.api_token_known", who};
  const ApiToken token{name, *words, hash_secret(secret), actor, now, now + days * kDay, 0};
  const Act done{actor, "token.make", name, *words, now};
  auto written =
      *known ? ports_.store->change_token(token, done) : ports_.store->add_token(token, done);
  if (!written) return std::move(written).error();
  return format_token(name, secret);
}

Status ApiTokens::revoke(const std::string& actor, const std::string& name) {
  const std::lock_guard lock(changing_);
  auto token = ports_.store->token(name);
  if (!token) return std::move(token).error();
  if (!*token)
    return Error{ErrorCode::kNotFound,
                 "no such token",
                 "errors.api_token_none",
                 {{"name", printable(name)}}};
  if ((*token)->revoked()) return ok();
  (*token)->hash.clear();
  return ports_.store->change_token(**token, Act{actor, "token.revoke", name, {}, ports_.now()});
}

Result<ApiToken> ApiTokens::check(std::string_view sent, std::string_view scope) {
  const auto parts = parse_token(sent);
  if (!parts) return unknown();
  auto token = ports_.store->token(parts->name);
  if (!token) return std::move(token).error();
  if (!*token || !fits((*token)->hash, parts->secret)) return unknown();
  const Arguments who = {{"name", parts->name}, {"scope", std::string(scope)}};
  if (ports_.now() >= (*token)->until)
    return Error{ErrorCode::kUnknownKey, "it has ended", "errors.api_token_ended", who};
  if (!(*token)->may(scope))
    return Error{ErrorCode::kRefused, "scope " + std::string(scope), "errors.api_token_may_not",
                 who};
  note_use(**token);
  return std::move(**token);
}

// What is only told to operators must stop nobody: a failure is forgotten.
void ApiTokens::note_use(ApiToken token) {
  const std::int64_t now = ports_.now();
  if (now - token.used < kHour) return;
  const std::lock_guard lock(changing_);
  const auto present = ports_.store->token(token.name);
  if (!present || !*present || (*present)->hash != token.hash) return;  // revoked meanwhile
  token = **present;
  token.used = now;
  (void)ports_.store->change_token(token, std::nullopt);
}

}  // namespace dure::node
