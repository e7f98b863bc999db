// SPDX-License-Identifier: Apache-2.0
// The leaf profile of RFC 8785: reading one flat JSON object in any spelling, writing the canonical
// one.
#include <algorithm>
#include <optional>

#include "dure/encoding.h"
#include "utf8.h"

namespace dure {
namespace {

constexpr std::int64_t kJsonIntegerEnd = std::int64_t{1} << 53;  // |n| must be smaller

Error malformed(std::string detail) {
  return Error{ErrorCode::kMalformed, "JSON: " + std::move(detail)};
}

/// A cursor over untrusted text; every step checks what is left.
class FlatReader {
 public:
  explicit FlatReader(std::string_view text) : rest_(text) {}

  Result<FlatObject> object() {
    FlatObject members;
    skip_space();
    if (!take('{')) return malformed("no object");
    skip_space();
    if (!take('}')) {
      do {
        if (auto added = member(members); !added) return std::move(added).error();
      } while (take(','));
      if (!take('}')) return malformed("no ',' or '}' after a member");
    }
    skip_space();
    if (!rest_.empty()) return malformed("something after the object");
    return members;
  }

 private:
  Status member(FlatObject& members) {
    skip_space();
    auto name = string();
    if (!name) return std::move(name).error();
    skip_space();
    if (!take(':')) return malformed("no ':' after a name");
    skip_space();
    auto parsed = value();
    if (!parsed) return std::move(parsed).error();
    skip_space();
    members.emplace_back(std::move(*name), std::move(*parsed));
    return ok();
  }

  Result<JsonScalar> value() {
    if (rest_.empty()) return malformed("no value");
    if (rest_[0] == '"') {
      auto text = string();
      if (!text) return std::move(text).error();
      return JsonScalar(std::move(*text));
    }
    if (take_word("true")) return JsonScalar(true);
    if (take_word("false")) return JsonScalar(false);
    if (rest_[0] == '-' || is_digit(rest_[0])) return integer();
    return malformed("a value that is no string, integer or boolean");
  }

  Result<JsonScalar> integer() {
    const bool negative = take('-');
    if (rest_.empty() || !is_digit(rest_[0])) return malformed("'-' without digits");
    const bool zero = rest_[0] == '0';
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (; digits < rest_.size() && is_digit(rest_[digits]); ++digits) {
      value = value * 10 + (rest_[digits] - '0');
      if (value >= kJsonIntegerEnd) return malformed("an integer of 2^53 or more");
    }
    if (zero && digits > 1) return malformed("an integer with a leading zero");
    rest_.remove_prefix(digits);
    if (!rest_.empty() && (rest_[0] == '.' || rest_[0] == 'e' || rest_[0] == 'E')) {
      return malformed("a number with fraction or exponent");
    }
    return JsonScalar(negative ? -value : value);
  }

  Result<std::string> string() {
    if (!take('"')) return malformed("no string where one must be");
    std::string out;
    while (!rest_.empty()) {
      if (take('"')) return out;
      if (auto added = rest_[0] == '\\' ? escape(out) : character(out); !added) {
        return std::move(added).error();
      }
    }
    return malformed("a string without end");
  }

  Status character(std::string& out) {
    if (static_cast<std::uint8_t>(rest_[0]) < 0x20) return malformed("a control byte in a string");
    const Utf8Character next = first_character(rest_);
    if (!next.valid) return malformed("a string that is not UTF-8");
    out += rest_.substr(0, next.length);
    rest_.remove_prefix(next.length);
    return ok();
  }

  Status escape(std::string& out) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    rest_.remove_prefix(1);
    if (take('u')) return unicode_escape(out);
    const std::size_t which = rest_.empty() ? std::string_view::npos : kNames.find(rest_[0]);
    if (which == std::string_view::npos) return malformed("an unknown escape");
    out += kValues[which];
    rest_.remove_prefix(1);
    return ok();
  }

  Status unicode_escape(std::string& out) {
    const auto unit = code_unit();
    if (!unit || (*unit >= 0xDC00 && *unit <= 0xDFFF)) return malformed("a bad \\u escape");
    if (*unit < 0xD800 || *unit > 0xDBFF) {
      append_utf8(out, *unit);
      return ok();
    }
    const bool paired = take_word("\\u");
    const auto low = paired ? code_unit() : std::nullopt;
    if (!low || *low < 0xDC00 || *low > 0xDFFF) return malformed("a lone surrogate");
    append_utf8(out, 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
    return ok();
  }

  std::optional<char32_t> code_unit() {
    if (rest_.size() < 4) return std::nullopt;
    char32_t unit = 0;
    for (const char c : rest_.substr(0, 4)) {
      const bool lower = c >= 'a' && c <= 'f';
      const bool upper = c >= 'A' && c <= 'F';
      if (!is_digit(c) && !lower && !upper) return std::nullopt;
      const int digit = is_digit(c) ? c - '0' : (lower ? c - 'a' : c - 'A') + 10;
      unit = (unit << 4) | static_cast<char32_t>(digit);
    }
    rest_.remove_prefix(4);
    return unit;
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take_word(std::string_view word) {
    if (rest_.substr(0, word.size()) != word) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  void skip_space() {
    const std::size_t end = rest_.find_first_not_of(" \t\n\r");
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end);
  }

  std::string_view rest_;
};

/// Byte order of UTF-8 is code point order. UTF-16 order differs in one thing: the surrogates of
/// U+10000 and above (lead bytes F0..F4) sort before U+E000..U+FFFF (lead bytes EE and EF).
int utf16_rank(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte == 0xEE || byte == 0xEF ? byte + 0x10 : byte;
}

bool utf16_less(std::string_view a, std::string_view b) {
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (x == a.end() || y == b.end()) return x == a.end() && y != b.end();
  return utf16_rank(*x) < utf16_rank(*y);
}

bool has_duplicate_name(const FlatObject& members) {
  std::vector<std::string_view> names;
  names.reserve(members.size());
  for (const auto& member : members) names.emplace_back(member.first);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kValues = "\"\\\b\f\n\r\t";
  constexpr std::string_view kNames = "\"\\bfnrt";
  out += '"';
  for (const char c : text) {
    if (const std::size_t which = kValues.find(c); which != std::string_view::npos) {
      out += {'\\', kNames[which]};
    } else if (static_cast<std::uint8_t>(c) < 0x20) {
      out += "\\u00" + hex_encode({&c, 1});
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_scalar(std::string& out, const JsonScalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    append_json_string(out, *text);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    out += std::to_string(*number);
  } else {
    out += std::get<bool>(value) ? "true" : "false";
  }
}

}  // namespace

Result<FlatObject> parse_flat_json(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) {
    return Error{ErrorCode::kTooLarge, "JSON: over " + std::to_string(max_bytes) + " bytes"};
  }
  auto members = FlatReader(text).object();
  if (members && has_duplicate_name(*members)) return malformed("a name that stands twice");
  return members;
}

std::string canonical_json(FlatObject object) {
  std::sort(object.begin(), object.end(),
            [](const auto& a, const auto& b) { return utf16_less(a.first, b.first); });
  std::string out = "{";
  for (const auto& [name, value] : object) {
    if (out.size() > 1) out += ',';
    append_json_string(out, name);
    out += ':';
    append_scalar(out, value);
  }
  return out += '}';
}

}  // namespace dure
