// SPDX-License-Identifier: Apache-2.0
// Compression of responses. Requests are never decompressed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dure::node::http {

/// Whether an Accept-Encoding field allows gzip (q=0 forbids it).
bool accepts_gzip(std::string_view accept_encoding);
/// Level 6; nothing if zlib fails or the result would not be smaller.
std::optional<std::string> gzip(std::string_view plain);

}  // namespace dure::node::http
