// SPDX-License-Identifier: Apache-2.0
// The web addresses in a published body.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dure::node {

inline constexpr std::size_t kMaxEntryLinks = 100;
inline constexpr std::size_t kMaxLinkBytes = 2000;

/// What the schemas call addresses (members url, page, manual and homepage, wherever they stand)
/// and http or https reaches, without what follows a #. Never fails: of a body that cannot be read
/// there are none. Shape: in their order, each once, at most kMaxEntryLinks.
std::vector<std::string> links_in(std::string_view body);

/// Without what follows a #; empty if no one can be asked: another scheme, no host, name or
/// password in it, a control character or space, too long.
std::string checkable_link(std::string_view url);
/// "example.kr:8080" of a checkable link, in lower case: whoever must not be asked too often.
std::string host_of_link(std::string_view url);

}  // namespace dure::node
