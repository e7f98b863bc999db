// SPDX-License-Identifier: Apache-2.0
#include "http/head.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace dure::node::http {
namespace {

using MaybeRefusal = std::optional<Refusal>;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

constexpr std::array<bool, 256> token_characters() {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = true;
  return table;
}
constexpr auto kToken = token_characters();

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return kToken[static_cast<unsigned char>(c)]; });
}

// Visible ASCII and, in values, blanks and bytes above 0x7f. Never NUL, CR, LF or another control
// byte.
bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
  });
}

bool is_host(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f &&
           std::strchr("/?#@\\\"<>,", c) == nullptr;
  });
}

MaybeRefusal check_method(std::string_view method) {
  if (!is_token(method)) return Refusal{400, "the request line is malformed"};
  static constexpr std::array<std::string_view, 7> kKnown = {"GET",   "HEAD",   "POST",   "PUT",
                                                             "PATCH", "DELETE", "OPTIONS"};
  if (std::find(kKnown.begin(), kKnown.end(), method) == kKnown.end()) {
    return Refusal{501, "this method is not implemented"};
  }
  return std::nullopt;
}

// Absolute form is accepted and reduced to its path: a server must, though only proxies are sent
// it.
MaybeRefusal read_target(std::string_view target, Head& head) {
  const bool plain = std::all_of(target.begin(), target.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f;
  });
  if (!plain || target.empty()) return Refusal{400, "the request line is malformed"};
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    const auto path = target.find_first_of("/?", scheme.size());
    target = path == std::string_view::npos ? "/" : target.substr(path);
    break;
  }
  if (target.front() != '/' || target.find('#') != std::string_view::npos) {
    return Refusal{400, "the request target must be a path"};
  }
  head.target = target;
  return std::nullopt;
}

MaybeRefusal read_request_line(std::string_view line, Head& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return Refusal{400, "the request line is malformed"};
  }
  const auto version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    const bool is_http = version.substr(0, 5) == "HTTP/" && version.size() == 8;
    return is_http ? Refusal{505, "only HTTP/1.1 and HTTP/1.0 are spoken here"}
                   : Refusal{400, "the request line is malformed"};
  }
  head.http_1_0 = version == "HTTP/1.0";
  head.method = line.substr(0, first);
  if (auto refusal = check_method(head.method)) return refusal;
  return read_target(line.substr(first + 1, last - first - 1), head);
}

MaybeRefusal read_content_length(std::string_view value, Head& head) {
  if (value.empty() || value.size() > 15) return Refusal{400, "Content-Length is malformed"};
  std::uint64_t length = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return Refusal{400, "Content-Length is malformed"};
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  head.content_length = length;
  return std::nullopt;
}

// What the fields together must satisfy.
struct Seen {
  bool host = false, content_length = false;
  std::string_view transfer_encoding;
  bool close = false, keep_alive = false;
};

MaybeRefusal note_framing(const HeaderField& field, Head& head, Seen& seen) {
  if (equals_ignoring_case(field.name, "content-length")) {
    if (seen.content_length) return Refusal{400, "Content-Length is given twice"};
    seen.content_length = true;
    return read_content_length(field.value, head);
  }
  if (equals_ignoring_case(field.name, "transfer-encoding")) {
    seen.transfer_encoding = field.value.empty() ? "?" : field.value;
  } else if (equals_ignoring_case(field.name, "connection")) {
    seen.close = seen.close || list_has(field.value, "close");
    seen.keep_alive = seen.keep_alive || list_has(field.value, "keep-alive");
  } else if (equals_ignoring_case(field.name, "expect")) {
    if (!equals_ignoring_case(field.value, "100-continue")) {
      return Refusal{417, "only 100-continue can be expected"};
    }
    head.expects_continue = true;
  }
  return std::nullopt;
}

MaybeRefusal note_field(const HeaderField& field, Head& head, Seen& seen) {
  if (equals_ignoring_case(field.name, "host")) {
    if (seen.host) return Refusal{400, "Host is given twice"};
    seen.host = true;
    if (!is_host(field.value)) return Refusal{400, "Host is malformed"};
    return std::nullopt;
  }
  if (equals_ignoring_case(field.name, "content-encoding") &&
      !equals_ignoring_case(field.value, "identity")) {
    return Refusal{415, "request bodies must not be encoded"};
  }
  // cpp-httplib keeps the peer's address in fields of these names; a sent one would shadow it.
  for (const std::string_view name : {"remote_addr", "remote_port", "local_addr", "local_port"}) {
    if (equals_ignoring_case(field.name, name)) return Refusal{400, "a reserved header was sent"};
  }
  return note_framing(field, head, seen);
}

MaybeRefusal read_field(std::string_view line, HeaderField& field) {
  if (line.front() == ' ' || line.front() == '\t') return Refusal{400, "a header line is folded"};
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return Refusal{400, "a header line has no colon"};
  field.name = line.substr(0, colon);
  field.value = trimmed(line.substr(colon + 1));
  if (!is_token(field.name)) return Refusal{400, "a header name is malformed"};
  if (!is_field_value(field.value)) return Refusal{400, "a header value is malformed"};
  return std::nullopt;
}

MaybeRefusal conclude(const Seen& seen, Head& head) {
  if (!seen.transfer_encoding.empty()) {
    if (seen.content_length) return Refusal{400, "two framings of one body"};
    const bool chunked = equals_ignoring_case(seen.transfer_encoding, "chunked");
    return chunked ? Refusal{411, "send the body with Content-Length"}
                   : Refusal{501, "this Transfer-Encoding is not implemented"};
  }
  if (!head.http_1_0 && !seen.host) return Refusal{400, "Host is missing"};
  head.keep_alive = !seen.close && (!head.http_1_0 || seen.keep_alive);
  return std::nullopt;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool list_has(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    if (equals_ignoring_case(trimmed(list.substr(0, comma)), token)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

std::size_t HeadFinder::find(std::string_view buffer, const HeadLimits& limits,
                             MaybeRefusal& refusal) {
  while (scanned_ < buffer.size()) {
    const auto feed = std::min(buffer.find('\n', scanned_), buffer.size());
    const bool whole = feed < buffer.size();
    scanned_ = whole ? feed + 1 : feed;
    if (lines_ == 0 && feed - line_start_ > limits.line_bytes) {
      refusal = Refusal{414, "the request line is too long"};
    } else if (scanned_ > limits.head_bytes) {
      refusal = Refusal{431, "the head is too large"};
    } else if (whole) {
      refusal = check_line(buffer.substr(line_start_, feed - line_start_), limits);
    }
    if (refusal || !whole) return 0;
    const bool empty = feed == line_start_ + 1;
    line_start_ = scanned_;
    if (empty) return scanned_;
    ++lines_;
  }
  return 0;
}

// `line` is without its line feed; lines_ came before it.
MaybeRefusal HeadFinder::check_line(std::string_view line, const HeadLimits& limits) const {
  if (line.empty() || line.back() != '\r') return Refusal{400, "lines must end in CR LF"};
  const bool ends_head = line.size() == 1;
  if (ends_head && lines_ == 0) return Refusal{400, "the request line is empty"};
  if (!ends_head && lines_ > limits.header_count) {
    return Refusal{431, "there are too many headers"};
  }
  return std::nullopt;
}

std::optional<std::string_view> Head::field(std::string_view name) const {
  for (const auto& field : fields) {
    if (equals_ignoring_case(field.name, name)) return field.value;
  }
  return std::nullopt;
}

MaybeRefusal parse_head(std::string_view bytes, Head& head) {
  auto fields = std::move(head.fields);
  fields.clear();
  head = Head();
  head.fields = std::move(fields);

  Seen seen;
  for (bool first = true;; first = false) {
    const auto end = bytes.find("\r\n");
    if (end == std::string_view::npos) return Refusal{400, "the head is incomplete"};
    const auto line = bytes.substr(0, end);
    bytes.remove_prefix(end + 2);
    if (first) {
      if (auto refusal = read_request_line(line, head)) return refusal;
      continue;
    }
    if (line.empty()) break;
    auto& field = head.fields.emplace_back();
    if (auto refusal = read_field(line, field)) return refusal;
    if (auto refusal = note_field(field, head, seen)) return refusal;
  }
  if (!bytes.empty()) return Refusal{400, "the head is malformed"};
  return conclude(seen, head);
}

}  // namespace dure::node::http
