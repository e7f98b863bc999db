// SPDX-License-Identifier: Apache-2.0
#include "app/log_audit.h"

#include <optional>

namespace dure::node {
namespace {

// The record table's newest row for a leaf must not be older than the leaf.
std::string check_record(OwnLog& log, std::uint64_t index, const Leaf& leaf) {
  const auto record = log.find_by_id(leaf.id);
  if (!record) return record.error().detail;
  if (!record->has_value()) return "no record for this entry";
  const bool newest = (*record)->index == index;
  if (!(*record)->origin.empty() || (*record)->index < index)
    return "the record table is behind the log";
  if (newest && ((*record)->rev != leaf.rev || (*record)->type != leaf.type))
    return "the record differs from its leaf";
  return {};
}

}  // namespace

Result<std::vector<AuditLog>> logs_to_audit(NodeStore& store, const KeysOf& keys_of) {
  const auto logs = store.reader().logs();
  if (!logs) return logs.error();
  std::vector<AuditLog> out;
  for (const auto& log : *logs) {
    AuditLog audit{log, keys_of(log.origin), {}, {}};
    if (log.own) {
      audit.check_record = [&own = store.own_log()](std::uint64_t index, const Leaf& leaf) {
        return check_record(own, index, leaf);
      };
    }
    out.push_back(std::move(audit));
  }
  return out;
}

}  // namespace dure::node
