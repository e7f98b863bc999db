// SPDX-License-Identifier: Apache-2.0
#include "app/console_erasures.h"

#include <nlohmann/json.hpp>

#include "app/erasing_parts.h"
#include "publishing/entry_planner.h"

namespace dure::node {
namespace {

using nlohmann::json;

std::string words(const json& object, const char* member) {
  const auto found = object.find(member);
  const bool given = found != object.end() && found->is_string();
  return given ? found->get<std::string>() : std::string();
}

/// A time of the report as RFC 3339; empty if there is none.
std::string moment(const json& object, const char* member) {
  const auto found = object.find(member);
  const bool given = found != object.end() && found->is_number_integer();
  return given ? format_leaf_time(found->get<std::int64_t>()) : std::string();
}

ErasureRow row_of(const json& erasure) {
  ErasureRow row;
  row.id = words(erasure, "id");
  row.reason = words(erasure, "reason");
  row.time = moment(erasure, "time");
  if (erasure["rev"].is_number_unsigned()) row.rev = erasure["rev"].get<std::uint64_t>();
  row.finished = erasure["finished"].get<bool>();
  for (const json& peer : erasure["peers"]) {
    const std::string name = words(peer, "name");
    if (peer["answered"].is_null()) {
      row.waiting.emplace_back(name, moment(peer, "last_seen"));
    } else {
      row.answered.push_back(name);
    }
  }
  return row;
}

}  // namespace

Status erase_approved(NodeParts& node, const ErasureWish& wish) {
  const auto known = node.own_log->find_by_id(wish.id);
  if (!known) return known.error();
  if (*known && (*known)->rev != wish.rev)
    return Error{ErrorCode::kConflict,
                 "record " + wish.id + " has a newer revision",
                 "publishing.other-revision",
                 {{"id", wish.id}}};
  auto erased = erase_record(node, {wish.id, wish.reason, 0, wish.rev, wish.account});
  return erased ? ok() : Status(std::move(erased).error());
}

Result<std::vector<ErasureRow>> console_erasures(NodeParts& node) {
  const auto report = erasure_report(node, {});
  if (!report) return report.error();
  const json parsed = json::parse(*report, nullptr, /*allow_exceptions=*/false);
  std::vector<ErasureRow> rows;
  for (const json& erasure : parsed["erasures"]) rows.push_back(row_of(erasure));
  return rows;
}

}  // namespace dure::node
