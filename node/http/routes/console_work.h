// SPDX-License-Identifier: Apache-2.0
// The work in view and the town's own entries: pages to which those of drafts lead back. Internal
// to the routes.
#pragma once

#include <cstdint>
#include <string>

#include "http/routes/console_routes.h"

namespace dure::node::http {

std::string draft_path(std::uint64_t number);
std::string review_path(std::uint64_t number);
/// Back to the work, which says what was done: "draft.submitted", "review.published", ….
Response go_home(const PageFrame& frame, const char* done);
/// The failure on top of the work as it is.
Response fail_home(const ConsolePorts& ports, Visit& visit, const Error& error);
/// What `words` find among the town's own entries; the newest if they are empty.
std::string own_entries_page(const ConsolePorts& ports, ConsoleFrame frame,
                             const std::string& words);

}  // namespace dure::node::http
