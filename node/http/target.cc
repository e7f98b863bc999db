// SPDX-License-Identifier: Apache-2.0
#include "http/target.h"

#include <algorithm>

#include "dure/encoding.h"

namespace dure::node::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Plus { kLiteral, kSpace };

bool decode(std::string_view text, Plus plus, std::string& out) {
  out.clear();
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (text.size() - i < 3) return false;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return false;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' && plus == Plus::kSpace ? ' ' : text[i];
    }
  }
  return true;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// Line breaks are fine in a query value (a form's text area), other control bytes are not.
bool has_control_but_lines(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\r' && c != '\n' && c != '\t') || byte == 0x7f;
  });
}

bool has_bad_segment(std::string_view path) {
  path.remove_prefix(1);
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto segment = path.substr(0, slash);
    if (segment.empty() || segment == "." || segment == "..") return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
  return false;
}

std::optional<Refusal> parse_path(std::string_view text, std::string& out) {
  if (!decode(text, Plus::kLiteral, out)) return Refusal{400, "the path has a broken escape"};
  if (std::count(text.begin(), text.end(), '/') != std::count(out.begin(), out.end(), '/') ||
      out.find('\\') != std::string::npos) {
    return Refusal{400, "the path has an encoded slash"};
  }
  if (has_control(out) || !is_utf8(out)) return Refusal{400, "the path is not plain UTF-8"};
  if (out.empty() || out.front() != '/' || has_bad_segment(out)) {
    return Refusal{400, "the path has an empty or a dot segment"};
  }
  return std::nullopt;
}

std::optional<Refusal> parse_query(std::string_view text, Target& out) {
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    auto& [name, value] = out.query.emplace_back();
    if (!decode(pair.substr(0, equals), Plus::kSpace, name) ||
        !decode(pair.substr(std::min(equals + 1, pair.size())), Plus::kSpace, value)) {
      return Refusal{400, "the query has a broken escape"};
    }
    if (has_control(name) || has_control_but_lines(value) || !is_utf8(name) || !is_utf8(value)) {
      return Refusal{400, "the query is not plain UTF-8"};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> parse_target(std::string_view target, Target& out) {
  out.query.clear();
  const auto mark = std::min(target.find('?'), target.size());
  if (auto refusal = parse_path(target.substr(0, mark), out.path)) return refusal;
  if (mark == target.size()) return std::nullopt;
  return parse_query(target.substr(mark + 1), out);
}

}  // namespace dure::node::http
