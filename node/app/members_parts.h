// SPDX-License-Identifier: Apache-2.0
// Members-only entries as part of a node: served to members, fetched from them, shown to the
// operator.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "app/erasing_parts.h"
#include "http/routes/members_routes.h"
#include "membership/request_gate.h"
#include "replication/backoff.h"
#include "replication/members.h"

namespace dure::node {

struct NodeParts;

/// What a node has for its members-only entries. Threads: any.
struct MembersParts {
  std::unique_ptr<MembersStore> store;  // behind it the stored one; nothing erased passes
  std::unique_ptr<RequestGate> gate;
  OpenSource open;  // signs
  Bell bell;        // something may be missing

  std::mutex mutex;  // guards what follows
  struct LogState {
    Backoff backoff;
    std::optional<Error> last_error = {};
  };
  std::map<std::string, LogState> logs;  // by origin
};

/// The charter is open, nothing is served yet.
void open_members(NodeParts& node);

enum class MembersScope { kDue, kAll };  // kAll: also logs that would not be asked for again yet
/// Asks for the members-only bodies that are missing here, if this node is a member itself. What
/// nobody has is asked for again later; the logs do not wait for it.
void fetch_members(NodeParts& node, MembersScope scope, const std::stop_token& stop = {});
/// fetch_members whenever something may be missing, until `stop`.
void run_members(NodeParts& node, const std::stop_token& stop);

http::MembersPorts members_ports(NodeParts& node);

/// How many members-only entries there are and how many bodies are missing.
struct MembersCount {
  std::uint64_t entries = 0, missing = 0;
};
Result<MembersCount> count_members(NodeParts& node);

/// What `dure members list` and `dure show` tell (members_report.cc).
Result<std::string> members_list(NodeParts& node, std::string_view words, std::string_view origin);
Result<std::string> members_record(NodeParts& node, std::string_view id, std::string_view origin,
                                   std::uint64_t rev);

}  // namespace dure::node
