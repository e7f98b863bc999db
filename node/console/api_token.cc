// SPDX-License-Identifier: Apache-2.0
#include "console/api_token.h"

#include <algorithm>
#include <set>

#include "console/account.h"
#include "dure/encoding.h"
#include "dure/entry.h"

namespace dure::node {
namespace {

constexpr std::string_view kPrefix = "dure_";
constexpr std::size_t kMaxSecret = 100;

/// The words between commas.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (;;) {
    const std::size_t comma = text.find(',');
    words.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return words;
    text.remove_prefix(comma + 1);
  }
}

Error unknown_scope(std::string_view word) {
  return {ErrorCode::kInvalid,
          printable(word),
          "errors.api_token_scope",
          {{"scope", printable(word)}, {"known", "publish, draft, withdraw, status"}}};
}

}  // namespace

bool ApiToken::may(std::string_view scope) const {
  const auto words = words_of(scopes);
  return std::find(words.begin(), words.end(), scope) != words.end();
}

Result<std::string> parse_scopes(std::string_view text) {
  if (text.empty()) return Error{ErrorCode::kInvalid, "no scope", "errors.api_token_no_scope"};
  std::set<std::string> wanted;
  for (const std::string& word : words_of(text)) {
    const bool known =
        std::find(kTokenScopes.begin(), kTokenScopes.end(), word) != kTokenScopes.end();
    if (!known || !wanted.insert(word).second) return unknown_scope(word);
  }
  std::string scopes;
  for (const std::string_view scope : kTokenScopes) {
    if (wanted.contains(std::string(scope))) scopes.append(scopes.empty() ? "" : ",").append(scope);
  }
  return scopes;
}

std::string format_token(std::string_view name, std::string_view secret) {
  return std::string(kPrefix).append(name).append(".").append(secret);
}

Result<TokenParts> parse_token(std::string_view text) {
  const Error malformed{ErrorCode::kMalformed, "not a token of this program"};
  const std::size_t dot = text.rfind('.');
  if (!text.starts_with(kPrefix) || dot == std::string_view::npos || dot < kPrefix.size())
    return malformed;
  TokenParts parts{std::string(text.substr(kPrefix.size(), dot - kPrefix.size())),
                   std::string(text.substr(dot + 1))};
  if (!is_account_name(parts.name) || parts.secret.empty() || parts.secret.size() > kMaxSecret)
    return malformed;
  return parts;
}

std::string hash_secret(std::string_view secret) { return hex_encode(as_view(sha256({secret}))); }

}  // namespace dure::node
