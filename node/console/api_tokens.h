// SPDX-License-Identifier: Apache-2.0
// Tokens of the management API: made for one system, shown once, ended by time or by hand.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "console/ports.h"

namespace dure::node {

inline constexpr std::int64_t kTokenDays = 90, kMostTokenDays = 366;

struct ApiTokensPorts {
  ConsoleStore* store = nullptr;  // outlives the tokens
  std::function<std::int64_t()> now;
  std::function<void(std::span<std::uint8_t>)> random;
};

/// Threads: any.
class ApiTokens {
 public:
  explicit ApiTokens(ApiTokensPorts ports) : ports_(std::move(ports)) {}

  /// Answers the token, which is shown once. A name is free again when its token has ended. Errors:
  /// kInvalid (name, scopes, days), kConflict (there is a valid one of this name), kStorage.
  Result<std::string> make(const std::string& actor, const std::string& name,
                           std::string_view scopes, std::int64_t days);
  /// Ends it at once. Errors: kNotFound, kStorage.
  Status revoke(const std::string& actor, const std::string& name);
  Result<std::vector<ApiToken>> all() { return ports_.store->tokens(); }

  /// The token that was sent, if it may do `scope`. Errors: kUnknownKey (there is no such token, or
  /// it has ended: `text` says which of both only to who has its secret), kRefused (it may not),
  /// kStorage.
  Result<ApiToken> check(std::string_view sent, std::string_view scope);
  /// "token:NAME": whose act it is in the audit log, and whose draft.
  static std::string actor_of(const ApiToken& token) { return "token:" + token.name; }

 private:
  void note_use(ApiToken token);

  const ApiTokensPorts ports_;
  std::mutex changing_;  // one change at a time
};

}  // namespace dure::node
