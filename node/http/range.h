// SPDX-License-Identifier: Apache-2.0
// One byte range. Several at once are never served: overlapping ones multiply a small file into a
// large answer.
#pragma once

#include <cstddef>
#include <string_view>

namespace dure::node::http {

struct ByteRange {
  enum class Kind { kWhole, kPart, kUnsatisfiable };
  Kind kind = Kind::kWhole;
  std::size_t first = 0;
  std::size_t length = 0;
};

/// Reads a Range field against a body of `size` bytes. A malformed field, another unit than bytes,
/// or several ranges mean the whole body.
ByteRange parse_range(std::string_view field, std::size_t size);

}  // namespace dure::node::http
