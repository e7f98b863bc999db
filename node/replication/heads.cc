// SPDX-License-Identifier: Apache-2.0
#include "replication/heads.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "dure/checkpoint.h"
#include "replication/bounds.h"

namespace dure::node {
namespace {

Error malformed(const char* why) {
  return Error{ErrorCode::kMalformed, std::string("heads: ") + why};
}

Result<AnnouncedHead> read_head(const nlohmann::json& item) {
  if (!item.is_object()) return malformed("a head is an object");
  const auto origin = item.find("origin");
  const auto checkpoint = item.find("checkpoint");
  if (origin == item.end() || checkpoint == item.end() || !origin->is_string() ||
      !checkpoint->is_string()) {
    return malformed("a head has an origin and a checkpoint");
  }
  AnnouncedHead head{origin->get<std::string>(), checkpoint->get<std::string>()};
  if (!is_origin(head.origin)) return malformed("bad origin");
  if (head.checkpoint.size() > kMaxCheckpointBytes)
    return Error{ErrorCode::kTooLarge, "heads: checkpoint"};
  return head;
}

}  // namespace

std::string format_heads(std::vector<AnnouncedHead> heads) {
  std::sort(heads.begin(), heads.end(),
            [](const auto& a, const auto& b) { return a.origin < b.origin; });
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (auto& head : heads) {
    nlohmann::ordered_json item;
    item["origin"] = std::move(head.origin);
    item["checkpoint"] = std::move(head.checkpoint);
    list.push_back(std::move(item));
  }
  nlohmann::ordered_json document;
  document["heads"] = std::move(list);
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<std::vector<AnnouncedHead>> parse_heads(std::string_view text) {
  if (text.size() > kMaxHeadsBytes) return Error{ErrorCode::kTooLarge, "heads"};
  const auto document = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return malformed("not an object");
  const auto list = document.find("heads");
  if (list == document.end() || !list->is_array()) return malformed("no list of heads");
  if (list->size() > kMaxHeads) return Error{ErrorCode::kTooLarge, "heads: too many"};
  std::vector<AnnouncedHead> heads;
  heads.reserve(list->size());
  for (const auto& item : *list) {
    auto head = read_head(item);
    if (!head) return std::move(head).error();
    if (!heads.empty() && heads.back().origin >= head->origin)
      return malformed("not sorted by origin");
    heads.push_back(std::move(*head));
  }
  return heads;
}

}  // namespace dure::node
