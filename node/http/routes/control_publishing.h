// SPDX-License-Identifier: Apache-2.0
// Publishing over the control API: files of entries and withdrawals.
#pragma once

#include <optional>

#include "http/routes/control_routes.h"
#include "publishing/entry_document.h"

namespace dure::node::http {

Response publish_entries(const ControlPorts& ports, const Request& request);
Response withdraw_entry(const ControlPorts& ports, const Request& request);

/// What the publisher is handed for one entry.
Submission submission_of(const EntryDocument& document);
/// Why nothing can be published now: a failure of the log as a whole, not of entries.
std::optional<Error> stopped(const ControlPorts& ports);

}  // namespace dure::node::http
