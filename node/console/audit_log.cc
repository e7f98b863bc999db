// SPDX-License-Identifier: Apache-2.0
#include "console/audit_log.h"

namespace dure::node {

Status check_audit_log(ConsoleStore& store) {
  constexpr std::size_t kAtOnce = 1000;
  Hash before{};
  for (std::uint64_t first = 1;;) {
    const auto lines = store.acts(first, kAtOnce);
    if (!lines) return lines.error();
    if (lines->empty()) return ok();
    if (auto right = check_audit(before, first, *lines); !right) return right;
    before = lines->back().hash;
    first += lines->size();
  }
}

}  // namespace dure::node
