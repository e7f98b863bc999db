// SPDX-License-Identifier: Apache-2.0
// A token with which a town's own system uses the management API: what it may do, and until when.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "dure/result.h"

namespace dure::node {

/// publish: publishes and revises entries without review · draft: hands entries in for review ·
/// withdraw: withdraws own entries · status: reads the node's state.
inline constexpr std::array<std::string_view, 4> kTokenScopes = {"publish", "draft", "withdraw",
                                                                 "status"};

struct ApiToken {
  std::string name;        // as of an account
  std::string scopes;      // as parse_scopes() writes them
  std::string hash;        // of the secret; empty: revoked
  std::string made_by;     // an account, or kCommandLine
  std::int64_t made = 0;   // POSIX seconds, as what follows
  std::int64_t until = 0;  // not valid from here on
  std::int64_t used = 0;   // last, to the hour; 0: never
  friend bool operator==(const ApiToken&, const ApiToken&) = default;

  bool may(std::string_view scope) const;
  bool revoked() const { return hash.empty(); }
};

/// "publish,status", in the order of kTokenScopes. Errors: kInvalid (an unknown word, twice the
/// same, none).
Result<std::string> parse_scopes(std::string_view text);

/// What a system sends: "dure_<name>.<secret>".
std::string format_token(std::string_view name, std::string_view secret);
struct TokenParts {
  std::string name, secret;
};
/// Errors: kMalformed.
Result<TokenParts> parse_token(std::string_view text);
/// Hex SHA-256. The secret is random and long: nothing slower is needed.
std::string hash_secret(std::string_view secret);

}  // namespace dure::node
