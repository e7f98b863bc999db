// SPDX-License-Identifier: Apache-2.0
#include "witnessing/root_at.h"

namespace dure::node {

Result<Hash> root_at(std::uint64_t size, const NodeReader& node) {
  CompactRange range;
  for (unsigned level = 63; level-- > 0;) {
    if ((size >> level & 1) == 0) continue;
    auto hash = node(level, range.size() >> level);
    if (!hash) return std::move(hash).error();
    range.append_subtree(*hash, level);
  }
  return range.root();
}

}  // namespace dure::node
