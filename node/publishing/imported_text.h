// SPDX-License-Identifier: Apache-2.0
// What imports do to the texts of other systems before they become members of a body, within the
// limits of federation-protocol/schemas.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dure::node {

/// On one line: runs of white space are one space, none at the ends.
std::string one_line_of(std::string_view text);
/// At most `characters` code points, the last an ellipsis if something was cut.
std::string cut_to(std::string_view text, std::size_t characters);
/// Whether a member may hold it as the address of a page or a file.
bool is_link(std::string_view text);
/// A telephone number as offices write it, and not a person's mobile one.
bool is_office_number(std::string_view text);

}  // namespace dure::node
