// SPDX-License-Identifier: Apache-2.0
#include "http/routes/api_gone.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "http/routes/api_answer.h"

namespace dure::node::http {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The words of a withdrawal.
Json withdrawal_reason(const RecordView& view) {
  if (!view.body) return nullptr;
  const Json body = Json::parse(*view.body, nullptr, /*allow_exceptions=*/false);
  return body.is_object() && body.contains("reason") ? body["reason"] : Json(nullptr);
}

}  // namespace

Response tombstone(const RecordView& view) {
  const Json members = {{"id", view.item.id},
                        {"origin", view.item.origin},
                        {"publisher", view.publisher},
                        {"rev", view.item.rev},
                        {"index", view.item.index},
                        {"time", view.leaf.time},
                        {"reason", withdrawal_reason(view)}};
  return api_problem(ErrorCode::kGone, 410, "the publisher withdrew this record", dump(members));
}

Response erased(const RecordView& view) {
  Json erased = {{"reason", view.erased->reason}, {"eraseIndex", view.erased->erase_index}};
  if (!view.erased->erase_origin.empty()) erased["eraseOrigin"] = view.erased->erase_origin;
  const Json members = {{"id", view.item.id},          {"origin", view.origin},
                        {"publisher", view.publisher}, {"rev", view.leaf.rev},
                        {"index", view.index},         {"erased", std::move(erased)}};
  return api_problem(ErrorCode::kGone, 410, "the publisher had this entry erased on every node",
                     dump(members));
}

}  // namespace dure::node::http
