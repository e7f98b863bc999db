// SPDX-License-Identifier: Apache-2.0
// One document from an address that a person named, with the client and the limits for peers.
#pragma once

#include <cstddef>
#include <string>

#include "dure/result.h"
#include "settings/settings.h"

namespace dure::node {

/// Whether `text` is an address to fetch rather than the name of a file.
bool is_web_address(const std::string& text);

/// Errors: kInvalid (no such address), kTooLarge, kNotFound, kRefused (a redirect, or not allowed),
/// kUnavailable.
Result<std::string> fetch_document(const Settings& settings, const std::string& url,
                                   std::size_t max_bytes);

}  // namespace dure::node
