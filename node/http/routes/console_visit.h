// SPDX-License-Identifier: Apache-2.0
// Who asks for a page of the console, and whether a form came from one. Internal to the routes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/search_service.h"
#include "console/accounts.h"
#include "console/drafts.h"
#include "doctor/finding.h"
#include "http/form.h"
#include "http/rate_limit.h"
#include "http/router.h"
#include "inbox/desk.h"
#include "membership/ports.h"
#include "replication/replicator.h"
#include "web/console_view.h"

namespace dure::node::http {

/// A peer as the node knows it without asking.
struct PeerCondition {
  std::string name;
  PeerStatus status;
  std::int64_t clock_ahead = 0;  // seconds
};

/// What the console is made of. Functions, so that a test can stand in for each; what is pointed to
/// outlives the router.
struct ConsolePorts {
  NodeCard own;
  Accounts* accounts = nullptr;
  Drafts* drafts = nullptr;
  Sessions* sessions = nullptr;
  ConsoleStore* store = nullptr;
  std::vector<std::string> types;                            // that can be written
  std::vector<OptionGroup> korean_regions, english_regions;  // offered in forms
  std::function<Result<EntryView>(const Draft&, Language)> view;
  std::function<Result<SearchAnswer>(const SearchRequest&)> search;
  /// What the own log erased: reasons as codes, no addresses.
  std::function<Result<std::vector<ErasureRow>>()> erasures;
  /// Every log's claim to a record id, and one record with its body.
  std::function<Result<std::vector<CatalogueItem>>(std::string_view id)> claims;
  std::function<Result<RecordView>(std::string_view id, std::string_view origin)> record;
  std::function<std::string(std::string_view origin)> publisher;  // in words
  Inbox* inbox = nullptr;                                         // null: there is none
  std::shared_ptr<const InboxDesk> desk;                          // null likewise
  std::function<std::int64_t()> now;                              // POSIX seconds
  std::function<std::uint64_t()> waiting_messages;                // of citizens
  /// How the node is; `thorough` asks peers and takes seconds, in which it is not called again.
  std::function<Result<Findings>(bool thorough)> examine;
  std::function<Result<std::vector<PeerCondition>>()> peers;
  std::function<std::uint64_t()> outstanding_receipts;  // of erasures
  RateLimiter::Clock clock;
};

inline constexpr std::size_t kMaxConsoleBytes = 512 * 1024;  // of a form
inline constexpr std::size_t kMaxConsoleFields = 2000;

/// Somebody who is signed in, with what was sent.
struct Visit {
  ConsoleFrame frame;
  Account account;
  std::string token;     // of the session
  FormFields form;       // of a POST
  bool genuine = false;  // a POST that carries the session's form token

  std::string field(std::string_view name) const { return form_value(form, name); }
};

using ConsoleHandler =
    std::function<Response(const ConsolePorts&, Visit&, const Request&, const PathArguments&)>;
using SharedPorts = std::shared_ptr<const ConsolePorts>;

/// For everybody who is signed in and has one of the roles `any_of` (none: everybody); others are
/// led to sign in, or refused. A POST from elsewhere is refused, one without the form token too
/// unless the handler wants to `see_all` and looks at `genuine`.
Handler signed_in(SharedPorts ports, std::vector<StaffRole> any_of, ConsoleHandler handler,
                  bool see_all = false);

/// A page that no cache keeps.
Response console_response(int status, std::string html);
/// 303, so that a reload does not send a form twice.
Response see_other(const PageFrame& frame, std::string_view path);
Response console_message(const PageFrame& frame, int status, const char* key,
                         const TextArguments& args = {});
/// A failed use case, said on top of the page that `again` makes.
Response say_failure(Visit& visit, const Error& error,
                     const std::function<std::string(const ConsoleFrame&)>& again);

/// Whether a browser says that another site sent this.
bool from_elsewhere(const Request& request);
/// Name and attributes of the cookie depend on whether the node's address is https.
std::string session_cookie(const NodeCard& own, std::string_view token);
std::string session_token(const NodeCard& own, const Request& request);
/// Reads the form of a POST, or says why not.
Result<FormFields> read_form(const Request& request);

}  // namespace dure::node::http
