// SPDX-License-Identifier: Apache-2.0
// Property: the finder sees the same end whether a head comes at once or byte by byte; what the
// reader accepts has only fields without control bytes, and its target, if accepted, is a plain
// absolute path. Nothing crashes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/head.h"
#include "http/range.h"
#include "http/target.h"

namespace {

using namespace dure::node::http;

bool has_control(std::string_view text) {
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return true;
  }
  return false;
}

void check_head(std::string_view bytes) {
  Head head;
  if (parse_head(bytes, head)) return;
  for (const auto& field : head.fields) {
    if (field.name.empty() || has_control(field.name) || has_control(field.value)) std::abort();
    const auto range = parse_range(field.value, 1000);
    if (range.kind == ByteRange::Kind::kPart &&
        (range.length == 0 || range.first + range.length > 1000))
      std::abort();
  }
  Target target;
  if (parse_target(head.target, target)) return;
  if (target.path.front() != '/' || has_control(target.path)) std::abort();
  if (("/" + target.path + "/").find("/../") != std::string::npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::optional<Refusal> whole_refusal, step_refusal;
  HeadFinder whole, step;
  const auto end = whole.find(bytes, {}, whole_refusal);
  std::size_t step_end = 0;
  for (std::size_t count = 1; count <= size && step_end == 0 && !step_refusal; ++count) {
    step_end = step.find(bytes.substr(0, count), {}, step_refusal);
  }
  if (end != step_end || whole_refusal.has_value() != step_refusal.has_value()) std::abort();
  if (end > 0) check_head(bytes.substr(0, end));
  check_head(bytes);
  return 0;
}
