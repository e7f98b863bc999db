// SPDX-License-Identifier: Apache-2.0
// The inbox over the control API: people at the town read, answer, decline and publish.
#pragma once

#include "http/routes/control_routes.h"
#include "inbox/inbox.h"

namespace dure::node::http {

/// `inbox` null: this node has none, and every request says so. `ports` as for the other control
/// routes; all of it must outlive the router.
///
///   GET  /control/v1/inbox          ?all=1
///   GET  /control/v1/inbox/message  ?number=N
///   POST /control/v1/inbox/answer   ?number=N {"text"}
///   POST /control/v1/inbox/decline  ?number=N {"text"}: the reason
///   POST /control/v1/inbox/publish  ?number=N and the entry: {"number","id","rev","index","size"}
void add_inbox_control(Router& router, Inbox* inbox, ControlPorts ports);

}  // namespace dure::node::http
