// SPDX-License-Identifier: Apache-2.0
// Role names and the JSON form of a node card: one flat object, canonical when written.
#include <algorithm>
#include <array>
#include <utility>

#include "dure/checkpoint.h"
#include "dure/encoding.h"
#include "dure/erasure.h"
#include "membership/ports.h"
#include "replication/bounds.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxNameBytes = 400;
constexpr std::size_t kMaxUrlBytes = 2048;
constexpr std::size_t kRegionDigits = 5;

constexpr std::array<std::pair<Role, std::string_view>, 3> kRoles{
    {{Role::kTown, "town"}, {Role::kProvince, "province"}, {Role::kObserver, "observer"}}};

Error bad_card(std::string_view why) {
  return {ErrorCode::kMalformed, "node card: " + std::string(why)};
}

bool is_region(std::string_view region) {
  return region.empty() ||
         (region.size() == kRegionDigits &&
          std::all_of(region.begin(), region.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

bool is_web_url(std::string_view url) {
  if (url.empty()) return true;
  const bool printable_ascii =
      std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  return printable_ascii && url.size() <= kMaxUrlBytes &&
         (url.starts_with("https://") || url.starts_with("http://"));
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

Status check(const NodeCard& card) {
  if (!is_origin(card.origin)) return bad_card("\"origin\" is not an origin");
  if (card.name.empty() || card.name.size() > kMaxNameBytes || has_control(card.name)) {
    return bad_card("\"name\" is empty, too long or has control characters");
  }
  if (!is_region(card.region)) return bad_card("\"region\" is not a code of 5 digits");
  if (!is_web_url(card.url)) return bad_card("\"url\" is not an http or https URL");
  auto key = VerifierKey::parse(card.log_vkey);
  if (!key) return std::move(key).error();
  if (key->name() != card.origin || !signs_notes(key->type()))
    return bad_card("\"log_vkey\" is not a key of this log");
  if (card.request_vkey.empty()) return ok();
  auto request = VerifierKey::parse(card.request_vkey);
  if (!request) return std::move(request).error();
  if (request->name() != request_key_name(card.origin) || !signs_notes(request->type()))
    return bad_card("\"request_vkey\" is not a request key of this member");
  // One key has one purpose: PROTOCOL.md 2.8.
  if (request->public_key() == key->public_key())
    return bad_card("\"request_vkey\" is the log's key");
  return ok();
}

/// The member of `card` that `name` stands for; null for a name of a later version.
std::string* field(NodeCard& card, std::string& role, std::string_view name) {
  if (name == "origin") return &card.origin;
  if (name == "name") return &card.name;
  if (name == "region") return &card.region;
  if (name == "role") return &role;
  if (name == "url") return &card.url;
  if (name == "log_vkey") return &card.log_vkey;
  if (name == "request_vkey") return &card.request_vkey;
  return nullptr;
}

}  // namespace

std::string_view role_name(Role role) {
  for (const auto& [known, name] : kRoles) {
    if (known == role) return name;
  }
  return "town";
}

Result<Role> parse_role(std::string_view name) {
  for (const auto& [role, known] : kRoles) {
    if (known == name) return role;
  }
  return Error{ErrorCode::kInvalid,
               "no role " + printable(name) + "; roles are town, province, observer"};
}

std::string format_card(const NodeCard& card) {
  FlatObject members = {{"origin", card.origin}, {"name", card.name},
                        {"region", card.region}, {"role", std::string(role_name(card.role))},
                        {"url", card.url},       {"log_vkey", card.log_vkey}};
  if (!card.request_vkey.empty()) members.emplace_back("request_vkey", card.request_vkey);
  return canonical_json(std::move(members));
}

Result<NodeCard> parse_card(std::string_view json) {
  auto object = parse_flat_json(json, kMaxCardBytes);
  if (!object) return std::move(object).error();
  NodeCard card;
  std::string role;
  for (auto& [name, value] : *object) {
    std::string* target = field(card, role, name);
    if (target == nullptr) continue;  // later versions may say more
    auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return bad_card("\"" + name + "\" is not a string");
    *target = std::move(*text);
  }
  auto known_role = parse_role(role);
  if (!known_role) return bad_card("\"role\" is none of town, province, observer");
  card.role = *known_role;
  if (auto valid = check(card); !valid) return std::move(valid).error();
  return card;
}

}  // namespace dure::node
