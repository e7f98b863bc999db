// SPDX-License-Identifier: Apache-2.0
// Members-only entries over node.db.
#pragma once

#include "replication/members.h"
#include "storage/database.h"

namespace dure::node {

/// What finds them without reading every leaf; part of node.db's schema since version 4.
inline constexpr const char* kMembersIndexes = R"sql(
CREATE INDEX members_entries ON entries(key) WHERE substr(leaf, 1, 19) = x'7b22636c617373223a226d656d62657273222c';
CREATE INDEX members_missing ON entries(key)
  WHERE substr(leaf, 1, 19) = x'7b22636c617373223a226d656d62657273222c' AND salt IS NULL;
)sql";

/// Threads: any.
class SqliteMembersStore final : public MembersStore {
 public:
  explicit SqliteMembersStore(Database& database) : database_(database) {}

  Result<std::vector<std::uint64_t>> entries(LogId log, std::uint64_t first,
                                             std::size_t limit) override;
  Result<std::vector<std::uint64_t>> missing(LogId log, std::uint64_t first,
                                             std::size_t limit) override;
  Result<Bytes> bundle(LogId log, std::uint64_t first, std::uint64_t end,
                       std::size_t soft_limit) override;
  Status store(LogId log, std::vector<ArrivedBody> bodies, Wanted wanted) override;

 private:
  Result<std::vector<std::uint64_t>> indexes(const char* sql, LogId log, std::uint64_t first,
                                             std::size_t limit);

  Database& database_;
};

}  // namespace dure::node
