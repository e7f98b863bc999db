// SPDX-License-Identifier: Apache-2.0
// The strict reading of a request's head. What it refuses never reaches a handler or cpp-httplib.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dure::node::http {

struct HeadLimits {
  std::size_t head_bytes = 16 * 1024;
  std::size_t header_count = 100;
  std::size_t line_bytes = 8 * 1024;
};

/// Why a request is not served. The connection is closed after it.
struct Refusal {
  int status = 400;
  std::string_view reason;
};

/// Finds the end of a head in a growing buffer; every byte is looked at once, however slowly it
/// arrives.
class HeadFinder {
 public:
  /// The size of the head with its final empty line; 0: not complete yet. `buffer` must only have
  /// grown since the last call. Sets `refusal` as soon as the head cannot become acceptable.
  std::size_t find(std::string_view buffer, const HeadLimits& limits,
                   std::optional<Refusal>& refusal);
  void reset() { *this = HeadFinder(); }

 private:
  std::optional<Refusal> check_line(std::string_view line, const HeadLimits& limits) const;

  std::size_t line_start_ = 0;  // of the line being read
  std::size_t scanned_ = 0;
  std::size_t lines_ = 0;
};

struct HeaderField {
  std::string_view name;  // as sent
  std::string_view value;
};

/// Views into the buffer that held the head.
struct Head {
  std::string_view method;
  std::string_view target;  // origin-form: path and query
  bool http_1_0 = false;
  bool keep_alive = true;
  bool expects_continue = false;
  std::uint64_t content_length = 0;
  std::vector<HeaderField> fields;

  /// The first field of that name; compared without case.
  std::optional<std::string_view> field(std::string_view name) const;
};

/// Reads a complete head (from HeadFinder::find). Re-uses the storage of `head`.
std::optional<Refusal> parse_head(std::string_view bytes, Head& head);

bool equals_ignoring_case(std::string_view a, std::string_view b);
/// True if the comma-separated `list` has `token`, compared without case.
bool list_has(std::string_view list, std::string_view token);
std::string_view trimmed(std::string_view text);

}  // namespace dure::node::http
