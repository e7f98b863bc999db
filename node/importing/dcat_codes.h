// SPDX-License-Identifier: Apache-2.0
// Codes of the EU's authority tables, of ISO 8601 and of Korean catalogues that say the same as a
// code of ours. Internal to importing/.
#pragma once

#include <string_view>

namespace dure::node {

// Empty if there is no code that says the same.
std::string_view field_of_theme(std::string_view theme);
std::string_view frequency_code(std::string_view word);
std::string_view language_code(std::string_view word);

}  // namespace dure::node
