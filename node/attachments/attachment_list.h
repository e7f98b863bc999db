// SPDX-License-Identifier: Apache-2.0
// The attachments that a body lists.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dure/attachment.h"

namespace dure::node {

/// One of the members of `attachments` in a body.
struct AttachmentRef {
  std::string name;
  std::string media_type;
  std::uint64_t size = 0;
  Hash commitment{};
};

/// What `body` lists, in its order; parts that break PROTOCOL.md §23.1 are left out: a follower
/// trusts no body (§5.7). Quick for a body without attachments.
std::vector<AttachmentRef> attachments_in(std::string_view body);

/// Whether a client may be shown this media type; everything else is application/octet-stream.
bool is_harmless_media_type(std::string_view media_type);
/// The value of a Content-Disposition field by which every client saves a file called `name`.
std::string download_disposition(std::string_view name);
/// A name that a file of any folder can have: no separator, control or leading dot. Shape: not
/// empty.
std::string safe_file_name(std::string_view name);

}  // namespace dure::node
