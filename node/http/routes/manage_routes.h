// SPDX-License-Identifier: Apache-2.0
// The management API: what staff do in the console, for a town's own systems with a token.
#pragma once

#include "console/api_tokens.h"
#include "console/drafts.h"
#include "http/router.h"
#include "http/routes/control_routes.h"

namespace dure::node::http {

/// Everything pointed to must outlive the router.
struct ManagePorts {
  ApiTokens* tokens = nullptr;
  Drafts* drafts = nullptr;
  ConsoleStore* store = nullptr;  // of the audit log
  ControlPorts control;           // publisher, validator and state
  std::function<std::int64_t()> now;
};

/// Each takes `Authorization: Bearer …` and ?lang=ko|en; 401 without a valid token, 403 without the
/// scope, and no answer is kept by caches. What changes something is in the audit log before it is
/// done.
///
///   POST /manage/v1/entries      publish   ?check=1 ?skip_invalid=1   entries as JSON or JSON
///   Lines POST /manage/v1/drafts       draft     one entry, which then waits for review: 201
///   {"number"} POST /manage/v1/withdrawals  withdraw  {"id","reason"} GET  /manage/v1/status
///   status    as `dure status --json`
void add_manage_routes(Router& router, ManagePorts ports);

}  // namespace dure::node::http
