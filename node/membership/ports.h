// SPDX-License-Identifier: Apache-2.0
// Whom this node knows: itself and its peers, by URL and key. Members of the charter
// and peers added by hand stand in one book.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dure/key.h"
#include "dure/result.h"
#include "replication/ports.h"

namespace dure::node {

enum class Role { kTown, kProvince, kObserver };
std::string_view role_name(Role role);  // "town", "province", "observer"
Result<Role> parse_role(std::string_view name);

/// What a node says of itself at /federation/node.
struct NodeCard {
  std::string origin;
  std::string name;    // Korean name of the government
  std::string region;  // 5-digit region code, empty for an observer without one
  Role role = Role::kTown;
  std::string url;  // public base URL, may be empty
  std::string log_vkey;
  std::string request_vkey = {};  // signs erasure receipts; empty: an older node
};
std::string format_card(const NodeCard& card);  // JSON
Result<NodeCard> parse_card(std::string_view json);

struct PeerEntry {
  LogId log = 0;
  NodeCard card;
  std::string url;  // where we reach it
};

/// Durable list of peers. Threads: any.
class PeerBook {
 public:
  virtual ~PeerBook() = default;
  virtual Result<std::vector<PeerEntry>> peers() = 0;
  /// Errors: kConflict if the origin is known with another key, or is our own.
  virtual Status add(const PeerEntry& peer) = 0;
  /// As add, also with another key: the charter says so. Errors: kConflict if it is our own origin.
  virtual Status put(const PeerEntry& peer) = 0;
  /// Stops pulling; what was mirrored stays served. Errors: kNotFound. `what` is a URL or an
  /// origin.
  virtual Status remove(std::string_view what) = 0;
};

}  // namespace dure::node
