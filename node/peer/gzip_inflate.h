// SPDX-License-Identifier: Apache-2.0
// gzip decoding that stops at a size, so that a few bytes cannot become gigabytes.
#pragma once

#include <string>
#include <string_view>

#include "dure/encoding.h"
#include "dure/result.h"

namespace dure::node {

/// Decodes one whole gzip member. Memory grows with what was decoded, never with what a header
/// announces. Errors: kTooLarge (more than `max_bytes`), kMalformed (damaged, cut, or bytes after
/// the end).
Result<Bytes> gzip_inflate(std::string_view compressed, std::size_t max_bytes);

}  // namespace dure::node
