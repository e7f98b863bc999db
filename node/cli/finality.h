// SPDX-License-Identifier: Apache-2.0
// Waiting until what was published is final, and saying who has cosigned it.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "app/node_access.h"
#include "cli/session.h"

namespace dure::node {

/// What --wait and --wait-seconds ask for.
struct FinalWish {
  bool wanted = false;
  std::chrono::seconds longest{30};
};
/// Errors: kInvalid (another word than local or final, not a number of seconds).
Result<FinalWish> final_wish(const Invocation& invocation);

/// Waits until `size` entries of the own log are final, as long as somebody can make them so.
/// Shape: the answer of /control/v1/finality. Errors: those of asking.
Result<nlohmann::json> wait_until_final(NodeAccess& node, const Session& session,
                                        std::uint64_t size, const FinalWish& wish);
bool is_final(const nlohmann::json& finality);
/// kOk if it is final, else kNotFinal; says which, and why, unless `quiet`.
ExitCode say_waited(Session& session, const nlohmann::json& finality, const FinalWish& wish,
                    bool quiet);
/// All of that for a command that has published `size` entries; adds `state` and `finality` to
/// `answer`. Waits for nothing if that is not wanted.
ExitCode finish_waiting(NodeAccess& node, Session& session, std::uint64_t size,
                        const FinalWish& wish, bool quiet, nlohmann::json& answer);

/// The part of `dure status` and `dure charter status` about witnesses.
void say_finality(Session& session, const nlohmann::json& finality);

}  // namespace dure::node
