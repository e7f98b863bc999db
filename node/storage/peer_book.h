// SPDX-License-Identifier: Apache-2.0
// The list of peers over node.db.
#pragma once

#include "membership/ports.h"
#include "storage/database.h"

namespace dure::node {

/// Threads: any. A removed peer keeps its log's number and its key, so that its mirror stays served
/// and nobody can come back under its origin with another key.
class SqlitePeerBook final : public PeerBook {
 public:
  explicit SqlitePeerBook(Database& database) : database_(database) {}
  Result<std::vector<PeerEntry>> peers() override;
  /// `peer.log` is chosen here and ignored on input. A known peer gets the new URL and card.
  Status add(const PeerEntry& peer) override;
  Status put(const PeerEntry& peer) override;
  Status remove(std::string_view what) override;

 private:
  enum class OtherKey { kRefused, kTaken };
  Status write(const PeerEntry& peer, OtherKey other);

  Database& database_;
};

}  // namespace dure::node
