// SPDX-License-Identifier: Apache-2.0
#include "lines.h"

namespace dure {

bool take_line(std::string_view& in, std::string_view& line) {
  const std::size_t end = in.find('\n');
  if (end == std::string_view::npos) return false;
  line = in.substr(0, end);
  in.remove_prefix(end + 1);
  return true;
}

bool take_prefix(std::string_view& in, std::string_view prefix) {
  if (!in.starts_with(prefix)) return false;
  in.remove_prefix(prefix.size());
  return true;
}

Status take_hashes(std::string_view& in, std::size_t most, std::vector<Hash>& hashes) {
  const auto malformed = [](std::string detail) {
    return Error{ErrorCode::kMalformed, std::move(detail)};
  };
  std::string_view line;
  while (take_line(in, line)) {
    if (line.empty()) return ok();
    if (hashes.size() == most) return malformed("over " + std::to_string(most) + " hashes");
    const auto hash = base64_decode_hash(line);
    if (!hash) return malformed("a line that is no hash");
    hashes.push_back(*hash);
  }
  return malformed("no empty line before the checkpoint");
}

}  // namespace dure
