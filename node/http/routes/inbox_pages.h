// SPDX-License-Identifier: Apache-2.0
// The form with which citizens tell their town something, and the page with the answer.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "catalogue/ports.h"
#include "http/router.h"
#include "inbox/inbox.h"
#include "membership/ports.h"

namespace dure::node::http {

/// What the pages work on. Everything pointed to must outlive the router.
struct InboxPagePorts {
  Inbox* inbox = nullptr;
  NodeCard own;
  /// Every log's claim to a record id, as the catalogue has it.
  std::function<Result<std::vector<CatalogueItem>>(std::string_view id)> claims;
  std::function<std::chrono::steady_clock::time_point()> clock;  // for the limits
  std::uint64_t keep_days = 180;                                 // shown
};

inline constexpr std::size_t kMaxTellBytes =
    24 * 1024;  // 2,000 characters, escaped three times over
// Per client network (IPv6: /64), in memory only: so many at once, and so many an hour after that.
inline constexpr double kTriesPerHour = 30, kTellingsPerHour = 5;

///   GET  /tell          id lang
///   POST /tell          303 to the receipt; 422 with the form (a field is wrong), 429, 503
///   GET  /tell/{code}   lang; 404 if there is no such receipt
void add_inbox_pages(Router& router, InboxPagePorts ports);

}  // namespace dure::node::http
