// SPDX-License-Identifier: Apache-2.0
// The rules for `[[webhook]]` in dure.toml.
#pragma once

#include <optional>
#include <string_view>

#include "settings/values.h"

namespace dure::node {

/// Each has a thread of its own.
inline constexpr std::size_t kMostWebhooks = 8;

/// Adds one. Errors: kInvalid, with place and remedy as text arguments.
std::optional<Error> add_webhook(Settings& settings, std::string_view url, const ValuePlace& place);
/// That something else stands where a list of tables with `url` should; `key`: what, or empty.
Error wrong_webhook(std::string_view key, const ValuePlace& place);

}  // namespace dure::node
