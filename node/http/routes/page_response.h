// SPDX-License-Identifier: Apache-2.0
// What every page has in common as an HTTP answer. Internal to the page routes.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "membership/ports.h"
#include "web/pages.h"

namespace dure::node::http {

PageFrame page_frame(const Request& request, const NodeCard& own);
/// HTML with the security policy, an entity tag and gzip.
Response page_response(int status, std::string html);
/// One of the files that pages refer to (page_asset).
Response asset(std::string_view name, std::string content_type,
               std::string cache = "public, max-age=3600");
/// The page for a failure with this HTTP status.
Response message_page(const PageFrame& frame, int status);

}  // namespace dure::node::http
