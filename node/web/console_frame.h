// SPDX-License-Identifier: Apache-2.0
// What the console's pages share. Internal to web/.
#pragma once

#include <string>

#include "web/console_view.h"
#include "web/page_frame.h"

namespace dure::node {

/// Puts `content` (HTML) into the console's own frame and the one that all pages share.
std::string in_console(const ConsoleFrame& frame, const std::string& title,
                       const std::string& content);
/// What the templates of the console use; `path` is where their form goes.
Data console_page(const ConsoleFrame& frame, const std::string& path);
/// Who wrote it, and who changed it last.
std::string people_of(const PageFrame& frame, const std::string& author, const std::string& editor);
/// An entry as its public page shows it, without what surrounds it there.
std::string entry_fragment(const PageFrame& frame, const EntryView& entry, const std::string& id,
                           const std::string& publisher);

}  // namespace dure::node
