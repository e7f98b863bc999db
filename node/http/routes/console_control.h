// SPDX-License-Identifier: Apache-2.0
// Accounts of the console over the control API, for whoever has the machine.
#pragma once

#include <functional>
#include <string>

#include "console/accounts.h"
#include "http/router.h"

namespace dure::node::http {

/// `accounts` null: this node has no console, and every request says so. `link` makes the address
/// of a set-up code.
///
///   GET  /control/v1/accounts           {"accounts":[{"name","roles","state","signed_in"?}]}
///   POST /control/v1/accounts/invite    {"name","roles"}: {"name","link"}
///   POST /control/v1/accounts/disable   {"name"}
///   POST /control/v1/accounts/enable    {"name"}
void add_console_control(Router& router, Accounts* accounts,
                         std::function<std::string(const std::string& code)> link);

}  // namespace dure::node::http
