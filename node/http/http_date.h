// SPDX-License-Identifier: Apache-2.0
// The Date header.
#pragma once

#include <cstdint>
#include <string>

namespace dure::node::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT" for seconds since 1970.
std::string http_date(std::int64_t unix_seconds);

}  // namespace dure::node::http
