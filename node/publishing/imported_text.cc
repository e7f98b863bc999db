// SPDX-License-Identifier: Apache-2.0
#include "publishing/imported_text.h"

#include <algorithm>

#include "publishing/personal_data.h"

namespace dure::node {

std::string one_line_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t';
    if (!space) {
      out.push_back(c);
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string cut_to(std::string_view text, std::size_t characters) {
  std::size_t count = 0, keep = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
    if (count + 1 == characters) keep = i;
    if (++count > characters) return std::string(text.substr(0, keep)) + "…";
  }
  return std::string(text);
}

bool is_link(std::string_view text) {
  return (text.starts_with("http://") || text.starts_with("https://")) && text.size() > 8 &&
         text.size() <= 2000 && text[text.find("//") + 2] != '/' &&
         text.find_first_of(" \n\t\"<>") == std::string_view::npos;
}

bool is_office_number(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool plain = text.find_first_not_of("0123456789-() ~,./") == std::string_view::npos;
  return plain && std::count_if(text.begin(), text.end(), is_digit) >= 3 && text.size() <= 40 &&
         is_digit(text.front()) && !has_mobile_number(text);
}

}  // namespace dure::node
