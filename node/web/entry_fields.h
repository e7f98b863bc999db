// SPDX-License-Identifier: Apache-2.0
// One member of a body as fields and tables in words. Internal to web/; entry_view.h is what
// callers use.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "web/entry_values.h"

namespace dure::node {

/// Adds what `value` says to `section`. A value of an unexpected shape is shown as it is written.
void add_member(SectionView& section, std::string_view name, const nlohmann::json& value,
                const FieldContext& context);

}  // namespace dure::node
