// SPDX-License-Identifier: Apache-2.0
// Private: reading UTF-8 one character at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dure {

/// The character at the front of a text. An invalid byte counts as a character of length 1.
struct Utf8Character {
  char32_t code_point = 0;
  std::size_t length = 1;
  bool valid = false;
};

/// Shape: `text` is not empty. Surrogates, overlong forms and values over U+10FFFF are invalid.
Utf8Character first_character(std::string_view text);

/// Shape: `code_point` is a Unicode scalar value.
void append_utf8(std::string& out, char32_t code_point);

/// Unicode's White_Space property.
bool is_unicode_space(char32_t code_point);

}  // namespace dure
