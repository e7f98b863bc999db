// SPDX-License-Identifier: Apache-2.0
// Entity tags: If-None-Match, If-Range, and the tags of gzipped variants.
#pragma once

#include <string>
#include <string_view>

namespace dure::node::http {

/// The tag of the gzipped variant: `"a"` becomes `"a-gzip"`. Two variants must never share a strong
/// tag.
std::string gzip_tag(std::string_view tag);

/// The member of an If-None-Match field that matches `tag` or its gzipped variant (weak
/// comparison); for `*` the tag itself; empty: none.
std::string_view matching_tag(std::string_view if_none_match, std::string_view tag);

/// Whether a Range may be served: no If-Range, or exactly the strong tag of the plain variant.
bool if_range_holds(std::string_view if_range, std::string_view tag);

}  // namespace dure::node::http
