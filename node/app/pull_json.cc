// SPDX-License-Identifier: Apache-2.0
#include "app/pull_json.h"

#include <nlohmann/json.hpp>

namespace dure::node {

using nlohmann::json;

json describe_pull(const PullReport& report) {
  json out = {
      {"origin", report.origin},         {"from", report.from},       {"to", report.to},
      {"head_size", report.head_size},   {"entries", report.entries}, {"absent", report.absent},
      {"wire_bytes", report.wire_bytes}, {"source", report.source}};
  if (!report.error) return out;
  describe_error(out, *report.error);
  if (report.contradiction) {
    out["contradiction"] = {{"known", report.contradiction->known},
                            {"offered", report.contradiction->offered}};
  }
  return out;
}

void describe_error(json& out, const Error& error) {
  out["error"] = error_name(error.code);
  out["error_detail"] = printable(error.detail, 400);
  if (error.text.empty()) return;
  out["error_text"] = error.text;
  for (const auto& [name, value] : error.args) out["error_args"][name] = printable(value, 400);
}

}  // namespace dure::node
