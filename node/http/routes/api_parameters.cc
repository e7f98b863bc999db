// SPDX-License-Identifier: Apache-2.0
#include "http/routes/api_parameters.h"

#include "dure/encoding.h"

namespace dure::node::http {

void check_names(const Request& request, const std::set<std::string_view>& known,
                 ParameterFaults& faults) {
  std::set<std::string_view> seen;
  for (const auto& [name, value] : request.query) {
    if (known.count(name) == 0) {
      faults.add_unknown(name, known);
    } else if (!seen.insert(name).second) {
      faults.add(name, "given more than once");
    }
  }
}

std::string text_parameter(const Request& request, std::string_view name) {
  return std::string(request.parameter(name).value_or(""));
}

std::uint64_t number_parameter(const Request& request, std::string_view name,
                               std::uint64_t otherwise, std::uint64_t least, std::uint64_t most,
                               ParameterFaults& faults) {
  const auto given = request.parameter(name);
  if (!given) return otherwise;
  const auto number = parse_decimal(*given);
  if (number && *number >= least && *number <= most) return *number;
  faults.add(name, "a number from " + std::to_string(least) + " to " + std::to_string(most));
  return otherwise;
}

}  // namespace dure::node::http
