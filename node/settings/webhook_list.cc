// SPDX-License-Identifier: Apache-2.0
#include "settings/webhook_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "dure/encoding.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxUrlBytes = 512;

using Arguments = std::vector<std::pair<std::string, std::string>>;

Error wrong(std::string_view text, const ValuePlace& place, Arguments args = {}) {
  const auto where = fmt::format("{}:{}", place.file, place.line);
  args.emplace_back("place", where);
  return Error{ErrorCode::kInvalid, fmt::format("{}: {}", where, text), std::string(text),
               std::move(args)};
}

bool consists_of(std::string_view text, std::string_view further) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || further.find(c) != std::string_view::npos;
  });
}

bool is_port(std::string_view text) {
  const auto number = parse_decimal(text);
  return number && *number > 0 && *number <= 65535;
}

bool is_authority(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    const auto rest = text.substr(end + 1);
    const auto digits = text.substr(1, end - 1);
    const bool hex = digits.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
    return hex && (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
  }
  const auto colon = text.find(':');
  const auto host = text.substr(0, colon);
  const bool port = colon == std::string_view::npos || is_port(text.substr(colon + 1));
  return port && !host.empty() && host.size() <= 253 && consists_of(host, "-._");
}

/// What a client of ours can ask, and nothing else.
bool is_address(std::string_view authority, std::string_view path) {
  const bool plain = consists_of(path, "/-._~") && path.find("//") == std::string_view::npos &&
                     path.find("/.") == std::string_view::npos;
  return plain && is_authority(authority);
}

}  // namespace

std::optional<Error> add_webhook(Settings& settings, std::string_view url,
                                 const ValuePlace& place) {
  auto& hooks = settings.webhooks;
  const std::string_view scheme = url.starts_with("http://") ? "http://" : "https://";
  const Arguments shown = {{"value", printable(url)}};
  if (!url.starts_with(scheme) || url.size() > kMaxUrlBytes)
    return wrong("errors.webhook_url", place, shown);
  const auto rest = url.substr(scheme.size());
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  // Not shown: there may be a password in it.
  if (authority.find('@') != std::string_view::npos)
    return wrong("errors.webhook_credentials", place);
  if (url.find_first_of("?#") != std::string_view::npos)
    return wrong("errors.webhook_query", place);
  if (!is_address(authority, rest.substr(authority.size())))
    return wrong("errors.webhook_url", place, shown);
  if (std::find(hooks.begin(), hooks.end(), url) != hooks.end())
    return wrong("errors.webhook_twice", place, shown);
  if (hooks.size() >= kMostWebhooks)
    return wrong("errors.webhook_many", place, {{"most", std::to_string(kMostWebhooks)}});
  hooks.emplace_back(url);
  return std::nullopt;
}

Error wrong_webhook(std::string_view key, const ValuePlace& place) {
  if (key.empty()) return wrong("errors.webhook_shape", place);
  return wrong("errors.webhook_key", place, {{"key", printable(key)}});
}

}  // namespace dure::node
