// SPDX-License-Identifier: Apache-2.0
// What may be told, and when two tellings say the same. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dure/encoding.h"
#include "inbox/message.h"

namespace dure::node {

inline constexpr std::size_t kLeastTelling = 10, kMostTelling = 2000;  // code points

/// One field that is not right.
struct TellingFault {
  std::string field;  // "kind", "id", "text", "answer", or empty: the form as a whole
  std::string text;   // text key
  bool operator==(const TellingFault&) const = default;
};

/// Code points of well-formed UTF-8.
std::size_t count_letters(std::string_view utf8);
/// \r\n and \r become \n; white space at both ends goes.
std::string tidy_text(std::string_view typed);
/// What is wrong with a tidied text: too short, too long, or it holds a number that belongs to a
/// person.
std::vector<TellingFault> check_text(std::string_view text);
/// The id in what somebody typed or pasted: 26 characters, or an address with /e/<id>; empty if
/// there is none.
std::string entry_in(std::string_view typed);
/// Equal for tellings of one kind about one entry whose texts differ in white space only.
Hash telling_digest(const Telling& telling);

}  // namespace dure::node
