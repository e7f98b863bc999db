// SPDX-License-Identifier: Apache-2.0
#include "http/routes/page_language.h"

#include <algorithm>

namespace dure::node::http {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "0.8" as 800; a weight that cannot be read counts as 0, like one that says "not this".
int weight(std::string_view q) {
  if (q.empty() || (q[0] != '0' && q[0] != '1')) return 0;
  int thousandths = (q[0] - '0') * 1000;
  int unit = 100;
  for (const char c : q.substr(std::min<std::size_t>(q.size(), 2))) {
    if (c < '0' || c > '9') return 0;
    thousandths += (c - '0') * unit;
    unit /= 10;
  }
  return std::min(thousandths, 1000);
}

bool is_primary(std::string_view range, char first, char second) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return range.size() >= 2 && lower(range[0]) == first && lower(range[1]) == second &&
         (range.size() == 2 || range[2] == '-');
}

}  // namespace

Language accepted_language(std::string_view field) {
  int korean = 0, english = 0;
  while (!field.empty()) {
    const auto comma = std::min(field.find(','), field.size());
    const std::string_view member = trim(field.substr(0, comma));
    field.remove_prefix(std::min(comma + 1, field.size()));
    const auto semicolon = std::min(member.find(';'), member.size());
    const std::string_view range = trim(member.substr(0, semicolon));
    const auto q = member.find("q=", semicolon);
    const int liking = q == std::string_view::npos ? 1000 : weight(trim(member.substr(q + 2)));
    if (is_primary(range, 'k', 'o')) korean = std::max(korean, liking);
    if (is_primary(range, 'e', 'n')) english = std::max(english, liking);
  }
  return english > korean ? Language::kEn : Language::kKo;
}

PageLanguage page_language(const Request& request) {
  PageLanguage wanted;
  if (const auto lang = request.parameter("lang"); lang && parse_language(*lang, wanted.language)) {
    wanted.chosen = true;
  } else {
    wanted.language = accepted_language(request.header("accept-language").value_or(""));
  }
  return wanted;
}

}  // namespace dure::node::http
