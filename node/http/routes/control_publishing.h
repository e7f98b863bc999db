// SPDX-License-Identifier: Apache-2.0
// Publishing over the control API: files of entries and withdrawals.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "http/routes/control_routes.h"
#include "publishing/entry_document.h"
#include "web/texts.h"

namespace dure::node::http {

/// Asked before entries are published, with their number; an error ends it with nothing done.
using BeforePublishing = std::function<Status(std::size_t entries)>;
Response publish_entries(const ControlPorts& ports, const Request& request,
                         const BeforePublishing& before = {});
Response withdraw_entry(const ControlPorts& ports, const Request& request);

/// What is wrong with an entry, in words; empty if nothing is.
std::vector<std::string> entry_faults(const ControlPorts& ports, const EntryDocument& document,
                                      Language language);
/// What the publisher is handed for one entry.
Submission submission_of(const EntryDocument& document);
/// Why nothing can be published now: a failure of the log as a whole, not of entries.
std::optional<Error> stopped(const ControlPorts& ports);

}  // namespace dure::node::http
