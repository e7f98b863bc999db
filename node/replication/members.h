// SPDX-License-Identifier: Apache-2.0
// Members-only entries: their leaves are everybody's, their bodies travel apart. Spec: PROTOCOL.md
// §20.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dure/commitment.h"
#include "dure/entry.h"
#include "replication/ports.h"

namespace dure::node {

/// Whether a leaf in canonical form is one of class `members`: its class stands first.
inline bool is_members_only(std::string_view leaf) {
  return leaf.starts_with(R"({"class":"members",)");
}

/// A body that was checked against its leaf.
struct ArrivedBody {
  std::uint64_t index = 0;
  Salt salt{};
  std::string body;
};

/// The members-only entries of every log here. Threads: any. Errors: kStorage.
class MembersStore {
 public:
  virtual ~MembersStore() = default;
  /// Indexes of up to `limit` of them, from `first` on, in order.
  virtual Result<std::vector<std::uint64_t>> entries(LogId log, std::uint64_t first,
                                                     std::size_t limit) = 0;
  /// The same, of those whose bodies are not here and were not erased.
  virtual Result<std::vector<std::uint64_t>> missing(LogId log, std::uint64_t first,
                                                     std::size_t limit) = 0;
  /// A body bundle (PROTOCOL.md §7.2) of the entries [first, end) of one log in which their bodies
  /// stand, and no public one. Ends after a whole entry once `soft_limit` bytes are reached.
  virtual Result<Bytes> bundle(LogId log, std::uint64_t first, std::uint64_t end,
                               std::size_t soft_limit) = 0;
  /// Whether the body of an entry may still be stored.
  using Wanted = std::function<bool(std::uint64_t index)>;
  /// Puts bodies beside their leaves, durably; one that is there stays. `wanted` is asked while
  /// nobody else writes: what is erased meanwhile is either not stored or erased after it.
  virtual Status store(LogId log, std::vector<ArrivedBody> bodies, Wanted wanted = {}) = 0;
};

}  // namespace dure::node
