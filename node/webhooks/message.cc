// SPDX-License-Identifier: Apache-2.0
#include "webhooks/message.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "dure/encoding.h"

namespace dure::node {
namespace {

constexpr std::size_t kIdBytes = 16;

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string hook_body(std::string_view origin, const ChangePlace& from,
                      std::span<const HookChange> changes) {
  std::string_view newest;
  for (const HookChange& change : changes) newest = std::max(newest, std::string_view(change.time));
  std::string body = R"({"type":"catalogue.changes","timestamp":)" + json_text(newest);
  body += R"(,"data":{"node":)" + json_text(origin);
  body += R"(,"from":)" + json_text(format_place(from));
  body += R"(,"since":)" + json_text(format_place({from.epoch, changes.back().number}));
  body += std::string(R"(,"anew":)") + (from.number == 0 ? "true" : "false");
  body += R"(,"changes":[)";
  for (const HookChange& change : changes) {
    if (&change != &changes.front()) body += ',';
    body += change.json;
  }
  return body += "]}}";
}

std::string hook_id(std::string_view body) {
  return "chg_" + hex_encode(as_view(sha256({body})).substr(0, kIdBytes));
}

Result<HookPost> make_hook_post(std::string body, std::int64_t now, const Signer& signer) {
  HookPost post{hook_id(body), std::to_string(now), {}, std::move(body)};
  const auto signature = signer.sign(post.id + '.' + post.timestamp + '.' + post.body);
  if (!signature) return signature.error();
  const std::string_view bytes(reinterpret_cast<const char*>(signature->data()), signature->size());
  post.signature = "v1a," + base64_encode(bytes);
  return post;
}

std::string hook_key_text(const VerifierKey& key) {
  return "whpk_" + base64_encode(key.public_key());
}

}  // namespace dure::node
