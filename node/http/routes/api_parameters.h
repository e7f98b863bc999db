// SPDX-License-Identifier: Apache-2.0
// Parameters of a request to the API: nothing is guessed, what is wrong is listed.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/routes/api_answer.h"

namespace dure::node::http {

/// Faults for names that are not `known`, and for repeated ones.
void check_names(const Request& request, const std::set<std::string_view>& known,
                 ParameterFaults& faults);
/// Empty if it is not given.
std::string text_parameter(const Request& request, std::string_view name);
/// `otherwise` if it is not given, or is no number from `least` to `most` (then a fault).
std::uint64_t number_parameter(const Request& request, std::string_view name,
                               std::uint64_t otherwise, std::uint64_t least, std::uint64_t most,
                               ParameterFaults& faults);

}  // namespace dure::node::http
