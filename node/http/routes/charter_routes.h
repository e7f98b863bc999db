// SPDX-License-Identifier: Apache-2.0
// The charter: for peers, and for the commands on this machine.
#pragma once

#include <functional>
#include <string>

#include "http/router.h"
#include "membership/charter_book.h"

namespace dure::node::http {

/// What the routes work on. Everything pointed to must outlive the router.
struct CharterPorts {
  CharterBook* book = nullptr;
  bool writing = true;  // false: this process only reads
  /// Makes a draft that takes the sender in, and answers its hash. Errors: PROTOCOL.md §16.12.
  std::function<Result<std::string>(const std::string& note)> take_join_request;
  /// Looks at the federation behind `url`; with its fingerprint, asks to be taken in. Answers JSON.
  std::function<Result<std::string>(const std::string& url, const std::string& fingerprint)> join;
  std::function<Result<std::string>()> report;                           // JSON
  std::function<Result<std::string>(const std::string& origin)> policy;  // a tlog-policy
  std::function<void()> adopted;  // a command brought the newest version
  /// Changes this node's own keys: "begin", "finish" or "lost", with seeds of that suite. Answers
  /// JSON.
  std::function<Result<std::string>(const std::string& step, const std::string& suite)> rotate;
  /// People say that the text with this hash counts. Answers JSON.
  std::function<Result<std::string>(const std::string& hash)> decide;
  std::function<Result<std::string>(const std::string& origin)> heads;  // who holds which; JSON
};

/// Registers
///   GET  /federation/charter, /federation/charter/{version}
///   GET  /federation/charter-state, /federation/charter-drafts/{hash}
///   POST /federation/join                          PROTOCOL.md §16.11, §16.12
///   GET  /federation/policy/{origin hash}          the policy for proofs from that log
/// and, for the control socket only (with ?lang= as in control_routes.h),
///   GET    /control/v1/charter                     the report
///   POST   /control/v1/charter                     a note; answers {"outcome","hash"}
///   GET    /control/v1/charter/note ?version=N or ?draft=HASH   {"note"}
///   GET    /control/v1/charter/policy ?origin=ORIGIN            {"policy"}
///   GET    /control/v1/charter/heads ?origin=ORIGIN             who holds which head
///   POST   /control/v1/charter/decide              {"hash"}; answers {"version","hash"}
///   POST   /control/v1/join                        {"url","fingerprint"}
///   POST   /control/v1/keys/rotate                 {"step","suite"}
void add_charter_routes(Router& router, CharterPorts ports);

}  // namespace dure::node::http
