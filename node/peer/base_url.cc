// SPDX-License-Identifier: Apache-2.0
#include "peer/base_url.h"

#include <algorithm>

#include "dure/encoding.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxUrlBytes = 512;

Error invalid(std::string_view url, std::string_view why) {
  return Error{ErrorCode::kInvalid,
               "URL \"" + printable(url) + "\": " + std::string(why),
               "peer.url",
               {{"url", printable(url)}}};
}

bool is_host_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_ipv6_byte(char c) {
  return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

bool is_path_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
         c == '-' || c == '.' || c == '_' || c == '~';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// Splits "host:port", "[v6]:port" or either without a port.
bool split_authority(std::string_view authority, BaseUrl& url, std::string_view& port) {
  if (!authority.empty() && authority.front() == '[') {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return false;
    url.is_ipv6 = true;
    url.host = lower(authority.substr(1, end - 1));
    authority.remove_prefix(end + 1);
    if (!authority.empty() && authority.front() != ':') return false;
    port = authority;
    return !url.host.empty() && std::all_of(url.host.begin(), url.host.end(), is_ipv6_byte);
  }
  const auto colon = authority.find(':');
  url.host = lower(authority.substr(0, colon));
  port = colon == std::string_view::npos ? std::string_view{} : authority.substr(colon);
  return !url.host.empty() && url.host.size() <= 253 &&
         std::all_of(url.host.begin(), url.host.end(), is_host_byte);
}

}  // namespace

Result<BaseUrl> parse_base_url(std::string_view text) {
  if (text.size() > kMaxUrlBytes) return invalid(text, "too long");
  BaseUrl url;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    url.tls = true;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return invalid(text, "must begin with http:// or https://");
  }
  const auto slash = rest.find('/');
  std::string_view port;
  if (!split_authority(rest.substr(0, slash), url, port)) return invalid(text, "bad host");
  url.port = url.tls ? 443 : 80;
  if (!port.empty()) {
    const auto number = parse_decimal(port.substr(1));
    if (!number || *number == 0 || *number > 65535) return invalid(text, "bad port");
    url.port = static_cast<int>(*number);
  }
  if (slash != std::string_view::npos) url.path = rest.substr(slash);
  while (!url.path.empty() && url.path.back() == '/') url.path.pop_back();
  if (!std::all_of(url.path.begin(), url.path.end(), is_path_byte) ||
      url.path.find("//") != std::string::npos || url.path.find("/.") != std::string::npos) {
    return invalid(text, "bad path");
  }
  return url;
}

std::string format_base_url(const BaseUrl& url) {
  std::string out = url.tls ? "https://" : "http://";
  out += url.is_ipv6 ? "[" + url.host + "]" : url.host;
  if (url.port != (url.tls ? 443 : 80)) out += ":" + std::to_string(url.port);
  return out + url.path;
}

}  // namespace dure::node
