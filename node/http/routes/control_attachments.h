// SPDX-License-Identifier: Apache-2.0
// The control API's part for files beside entries: uploads in chunks, reading what is held.
#pragma once

#include <string>
#include <vector>

#include "http/routes/control_routes.h"
#include "publishing/entry_document.h"
#include "web/texts.h"

namespace dure::node::http {

Response begin_upload(const ControlPorts& ports, const Request& request);
Response continue_upload(const ControlPorts& ports, const Request& request);
Response finish_upload(const ControlPorts& ports, const Request& request);
Response drop_upload(const ControlPorts& ports, const Request& request);
/// One chunk, or the chunk list, of a held attachment.
Response read_attachment(const ControlPorts& ports, const Request& request);
/// Where the attachments of a log can be fetched: {"urls":[…]}, the publisher first.
Response attachment_places(const ControlPorts& ports, const Request& request);

/// What is wrong with the attachments that the entry lists, in words.
std::vector<std::string> attachment_faults(const ControlPorts& ports, const EntryDocument& document,
                                           Language language);

}  // namespace dure::node::http
