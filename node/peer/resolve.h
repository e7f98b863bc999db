// SPDX-License-Identifier: Apache-2.0
// The addresses of a name, within a time: the resolver's own patience can be half a minute.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "dure/result.h"

namespace dure::node {

/// "192.0.2.1", "2001:db8::1", each once. Errors: kUnavailable (no such name, no answer in time).
Result<std::vector<std::string>> resolve_host(const std::string& host,
                                              std::chrono::milliseconds longest);

}  // namespace dure::node
