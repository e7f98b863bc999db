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
  out["error"] = error_name(report.error->code);
  out["error_detail"] = printable(report.error->detail, 400);
  if (report.contradiction) {
    out["contradiction"] = {{"known", report.contradiction->known},
                            {"offered", report.contradiction->offered}};
  }
  return out;
}

}  // namespace dure::node
