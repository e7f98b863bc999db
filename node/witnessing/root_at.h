// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dure/merkle.h"

namespace dure::node {

/// The root of the tree's first `size` leaves. Errors: the reader's.
Result<Hash> root_at(std::uint64_t size, const NodeReader& node);

}  // namespace dure::node
