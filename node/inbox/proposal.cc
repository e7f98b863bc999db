// SPDX-License-Identifier: Apache-2.0
#include "inbox/proposal.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace dure::node {
namespace {

constexpr std::string_view kScheme = "inbox";

}  // namespace

std::string proposal_source(std::string_view mark) {
  return std::string(kScheme) + ":" + std::string(mark);
}

std::string proposal_draft(const Message& message, const std::string& today,
                           const std::string& received) {
  using nlohmann::json;
  const json body = {{"decision", {{"code", "received"}}},
                     {"identifiers", json::array({{{"scheme", kScheme}, {"value", message.mark}}})},
                     {"modified", today},
                     {"receivedAt", received}};
  return body.dump();
}

Result<EntryDocument> proposal_for(const Message& message, const EntryDocument& document) {
  using nlohmann::json;
  if (document.type != "proposal")
    return Error{ErrorCode::kInvalid,
                 "type " + printable(document.type),
                 "errors.inbox_not_a_proposal",
                 {{"type", printable(document.type)}}};
  if (!document.id.empty() || document.entry_class != EntryClass::kPublic)
    return Error{ErrorCode::kInvalid, "id or class", "errors.inbox_not_new", {}};
  json body = json::parse(document.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return Error{ErrorCode::kMalformed, "the body is not an object"};
  json identifiers = json::array({{{"scheme", kScheme}, {"value", message.mark}}});
  // Anything else than a list stays as it is, for the schema to refuse.
  if (const auto given = body.find("identifiers"); given != body.end() && given->is_array()) {
    for (auto& one : *given) identifiers.push_back(std::move(one));
  } else if (given != body.end()) {
    identifiers = *given;
  }
  body["identifiers"] = std::move(identifiers);
  body["type"] = document.type;
  return parse_entry_document(body.dump());
}

}  // namespace dure::node
