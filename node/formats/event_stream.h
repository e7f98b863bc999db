// SPDX-License-Identifier: Apache-2.0
// Server-sent events as text. Spec: WHATWG HTML 9.2.5.
#pragma once

#include <string>
#include <string_view>

namespace dure::node {

/// A comment: clients ignore it, and see that the connection lives.
inline constexpr std::string_view kSignOfLife = ":\n\n";

/// Appends one event. `id` holds no line break. Shape: `data` line by line; CR and CRLF come out as
/// LF, because the format has no other.
void append_event(std::string& out, std::string_view id, std::string_view data);
/// Appends what a stream begins with: the id that a client comes again with if it hears nothing
/// more, and after how many milliseconds.
void append_beginning(std::string& out, std::string_view id, unsigned come_again);

}  // namespace dure::node
