// SPDX-License-Identifier: Apache-2.0
// A peer's base URL: http[s]://host[:port][/path].
#pragma once

#include <string>
#include <string_view>

#include "dure/result.h"

namespace dure::node {

struct BaseUrl {
  bool tls = false;
  std::string host;  // without brackets
  int port = 0;
  std::string path;  // "" or "/a/b", never with a slash at the end
  bool is_ipv6 = false;
};

/// Errors: kInvalid (another scheme, user info, query, fragment, a bad host or port).
Result<BaseUrl> parse_base_url(std::string_view url);
/// The one spelling under which a URL is remembered: default port and final slash dropped, host in
/// lower case.
std::string format_base_url(const BaseUrl& url);

}  // namespace dure::node
