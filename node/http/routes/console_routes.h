// SPDX-License-Identifier: Apache-2.0
// The console at /admin/: server-rendered, without JavaScript, never cached.
#pragma once

#include "http/routes/console_visit.h"

namespace dure::node::http {

/// GET /admin/, /admin/sign-in, /admin/set-up?code=, /admin/drafts/new, /admin/drafts/{number},
/// /admin/drafts/{number}/review, /admin/entries, /admin/adopt?q=, /admin/inbox?show=,
/// /admin/inbox/{number}, /admin/withdraw?id=, /admin/erase?id=, /admin/erasures, /admin/accounts,
/// /admin/node, /admin/audit, /admin/audit.jsonl, /admin/password and the POSTs of their forms.
void add_console_routes(Router& router, ConsolePorts ports);

// Parts of the above.
void add_console_entrance(Router& router, const SharedPorts& ports);
void add_console_work(Router& router, const SharedPorts& ports);
void add_console_drafts(Router& router, const SharedPorts& ports);
void add_console_requests(Router& router, const SharedPorts& ports);
void add_console_adopt(Router& router, const SharedPorts& ports);
void add_console_inbox(Router& router, const SharedPorts& ports);
void add_console_accounts(Router& router, const SharedPorts& ports);
void add_console_node(Router& router, const SharedPorts& ports);

}  // namespace dure::node::http
