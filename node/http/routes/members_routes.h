// SPDX-License-Identifier: Apache-2.0
// Members-only entries: their bodies for the other members, and all of them for the operator.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "dure/tile.h"
#include "http/router.h"
#include "membership/request_gate.h"

namespace dure::node::http {

/// What the routes work on. `gate` must outlive the router.
struct MembersPorts {
  RequestGate* gate = nullptr;
  /// The members-only bodies of entries [from, width) of a bundle. Errors: kNotFound, kStorage.
  std::function<Result<Bytes>(std::string_view origin_hash, const TilePath& tile, std::size_t from)>
      bodies;
  /// JSON of the records whose newest body holds all of `words`; empty: all.
  std::function<Result<std::string>(std::string_view words, std::string_view origin)> list;
  /// JSON of one record. Errors: kNotFound, kConflict (several logs have it), kInvalid.
  std::function<Result<std::string>(std::string_view id, std::string_view origin,
                                    std::uint64_t rev)>
      record;
};

/// Registers
///   GET /federation/bodies/{hash}/{N}[.p/{W}] ?from=k   signed by a member (PROTOCOL.md §20)
/// and, for the control socket only,
///   GET /control/v1/members       ?q= ?origin=
///   GET /control/v1/members/{id}  ?origin= ?rev=
void add_members_routes(Router& router, MembersPorts ports);

/// `request` as the gate sees it; it views into `request`.
ArrivedRequest arrived(const Request& request);
/// What somebody is answered whom the gate did not let in: 401 with what a good request looks like
/// and the time here, or 429.
Response not_admitted(const RequestGate& gate, const Error& error, bool with_content);

}  // namespace dure::node::http
