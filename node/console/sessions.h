// SPDX-License-Identifier: Apache-2.0
// Who is signed in. In memory only: a restart of the node signs everybody out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "dure/encoding.h"

namespace dure::node {

inline constexpr std::int64_t kSessionIdle = 30 * 60;          // seconds without a request
inline constexpr std::int64_t kSessionLongest = 12 * 60 * 60;  // seconds
inline constexpr std::size_t kMostSessions = 1000;             // all accounts together

struct SignedIn {
  std::string account;
  std::string form_token;  // what every form of this session carries
};

/// Threads: any.
class Sessions {
 public:
  using Random = std::function<void(std::span<std::uint8_t>)>;
  Sessions(std::function<std::int64_t()> now, Random random)
      : now_(std::move(now)), random_(std::move(random)) {}

  /// The token that the browser sends with every request. The oldest session goes if there are too
  /// many.
  std::string open(const std::string& account);
  /// The session of `token`, which this keeps from becoming idle.
  std::optional<SignedIn> find(std::string_view token);
  void close(std::string_view token);
  /// All sessions of an account: its password or roles changed.
  void close_all(std::string_view account);

 private:
  struct Open {
    SignedIn session;
    std::int64_t begun = 0, used = 0;
  };
  bool expired(const Open& open, std::int64_t now) const;
  std::string secret();

  const std::function<std::int64_t()> now_;
  const Random random_;
  std::mutex mutex_;           // guards what follows
  std::map<Hash, Open> open_;  // by the hash of the token: looking up tells nothing of others
};

}  // namespace dure::node
