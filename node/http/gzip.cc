// SPDX-License-Identifier: Apache-2.0
#include "http/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "http/head.h"

namespace dure::node::http {
namespace {

// "q=0", "q=0.0", … : not acceptable.
bool is_zero_weight(std::string_view parameters) {
  const auto weight = trimmed(parameters);
  if (weight.size() < 3 || !equals_ignoring_case(weight.substr(0, 2), "q=")) return false;
  return weight.substr(2).find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    const auto comma = std::min(accept_encoding.find(','), accept_encoding.size());
    const auto item = accept_encoding.substr(0, comma);
    accept_encoding.remove_prefix(std::min(comma + 1, accept_encoding.size()));
    const auto semicolon = std::min(item.find(';'), item.size());
    const auto coding = trimmed(item.substr(0, semicolon));
    const bool acceptable = !is_zero_weight(item.substr(std::min(semicolon + 1, item.size())));
    if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip")) {
      return acceptable;
    }
    if (coding == "*") any = acceptable;
  }
  return any;
}

std::optional<std::string> gzip(std::string_view plain) {
  if (plain.size() > std::numeric_limits<uInt>::max()) return std::nullopt;
  z_stream stream{};
  constexpr int kGzipFormat = 15 + 16;
  if (deflateInit2(&stream, 6, Z_DEFLATED, kGzipFormat, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return std::nullopt;
  }
  std::string packed(plain.size(), '\0');  // more than that would not be worth sending
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int outcome = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (outcome != Z_STREAM_END) return std::nullopt;
  return packed;
}

}  // namespace dure::node::http
