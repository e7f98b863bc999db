// SPDX-License-Identifier: Apache-2.0
// Tokens of the management API over the control API, for whoever has the machine.
#pragma once

#include "console/api_tokens.h"
#include "http/router.h"

namespace dure::node::http {

/// `tokens` null: console.db is not there, and every request says so.
///
///   GET  /control/v1/tokens {"tokens":[{"name","scopes","state","made_by","until","used"?}]} POST
///   /control/v1/tokens         {"name","scopes","days"}: {"name","scopes","until","token"} POST
///   /control/v1/tokens/revoke  {"name"}
void add_token_control(Router& router, ApiTokens* tokens, const std::function<std::int64_t()>& now);

}  // namespace dure::node::http
