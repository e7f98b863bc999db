// SPDX-License-Identifier: Apache-2.0
#include "console/form_pointer.h"

#include <algorithm>

namespace dure::node {
namespace {

std::optional<std::string> without_escapes(std::string_view token) {
  std::string plain;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      plain += token[i];
      continue;
    }
    const char next = i + 1 < token.size() ? token[++i] : ' ';
    if (next != '0' && next != '1') return std::nullopt;
    plain += next == '0' ? '~' : '/';
  }
  return plain;
}

}  // namespace

std::string child_pointer(const std::string& above, std::string_view token) {
  std::string pointer = above + '/';
  for (const char c : token) {
    if (c == '~' || c == '/') {
      pointer += c == '~' ? "~0" : "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

std::optional<std::vector<std::string>> pointer_tokens(std::string_view pointer, std::size_t max) {
  std::vector<std::string> tokens;
  while (!pointer.empty()) {
    if (pointer.front() != '/' || tokens.size() == max) return std::nullopt;
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    auto token = without_escapes(pointer.substr(0, end));
    if (!token) return std::nullopt;
    tokens.push_back(*std::move(token));
    pointer.remove_prefix(end);
  }
  return tokens;
}

}  // namespace dure::node
