// SPDX-License-Identifier: Apache-2.0
// The notice on an own entry whose links are dead.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "links/ports.h"

namespace dure::node {

/// Of one entry, as it stands published.
struct DeadNotice {
  std::string id;     // of the notice
  std::string entry;  // what it is about
  std::string body;
  std::vector<std::string> urls;  // found dead
};

/// The body of the one notice about `entry`, the same for the same states. `dead` is not empty;
/// `entry_body` gives title and contact. Nothing if it has no contact.
std::optional<std::string> dead_notice(std::string_view origin, std::string_view entry,
                                       std::string_view entry_body,
                                       const std::vector<KnownLink>& dead);

/// Nothing if the notice is not one that this program makes about an entry of `origin`: what a
/// person wrote is left alone.
std::optional<DeadNotice> read_dead_notice(std::string_view origin, std::string_view id,
                                           std::string_view body);

}  // namespace dure::node
