// SPDX-License-Identifier: Apache-2.0
// The files beside an entry, as the public API tells them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "catalogue/search_service.h"
#include "http/routes/api_routes.h"

namespace dure::node::http {

/// What a reader needs to fetch and verify each file. Shape: an array.
nlohmann::ordered_json attachments_json(const RecordView& view, const AttachmentHeld& held);
/// Which of them are here, and nothing of what the body says.
std::string held_marks(const nlohmann::ordered_json& attachments);

}  // namespace dure::node::http
