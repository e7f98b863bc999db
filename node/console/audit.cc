// SPDX-License-Identifier: Apache-2.0
#include "console/audit.h"

#include <nlohmann/json.hpp>

#include "publishing/entry_planner.h"

namespace dure::node {
namespace {

void append_text(std::string& out, std::string_view text) {
  append_u32be(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

}  // namespace

Hash audit_hash(const Hash& before, std::uint64_t number, const Act& act) {
  std::string bytes = "dure-audit/1\n";
  bytes += as_view(before);
  append_u64be(bytes, number);
  append_u64be(bytes, static_cast<std::uint64_t>(act.time));
  for (const std::string* part : {&act.account, &act.act, &act.subject, &act.note})
    append_text(bytes, *part);
  return sha256({bytes});
}

Status check_audit(const Hash& before, std::uint64_t first, std::span<const AuditLine> lines) {
  Hash last = before;
  for (const AuditLine& line : lines) {
    const bool right = line.number == first && line.hash == audit_hash(last, first, line.act);
    if (!right) {
      return Error{ErrorCode::kBadProof,
                   "the audit log was changed at line " + std::to_string(first),
                   "errors.console_audit",
                   {{"line", std::to_string(first)}}};
    }
    last = line.hash;
    ++first;
  }
  return ok();
}

std::string format_audit_line(const AuditLine& line) {
  const nlohmann::ordered_json json = {{"number", line.number},
                                       {"time", format_leaf_time(line.act.time)},
                                       {"account", line.act.account},
                                       {"act", line.act.act},
                                       {"subject", line.act.subject},
                                       {"note", line.act.note},
                                       {"hash", hex_encode(as_view(line.hash))}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

}  // namespace dure::node
