// SPDX-License-Identifier: Apache-2.0
// Which entries know each other, for programs.
#pragma once

#include "catalogue/search_service.h"
#include "http/router.h"
#include "http/routes/fresh_answers.h"

namespace dure::node::http {

/// As add_api_routes().
///
///   GET /api/v1/entries/{id}/references  origin kind type limit cursor
void add_reference_routes(Router& router, SearchService& service, FreshAnswerOptions keep = {});

}  // namespace dure::node::http
