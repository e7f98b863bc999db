// SPDX-License-Identifier: Apache-2.0
// Whom this node witnesses: the logs of its peers, and those named in the operator's tlog-policy.
#pragma once

#include <string>

#include "witnessing/witness.h"

namespace dure::node {

/// The logs of the policy file `path`, which may lack its quorum (none if `path` is empty).
/// Errors: kStorage (unreadable), kMalformed (the file's), kInvalid (a log named like this node's
/// log or witness).
Result<WitnessedLogs> load_extra_logs(const std::string& path, const std::string& own_origin,
                                      const std::string& witness_name);

/// Adds `key` to the keys of `origin`, once.
void add_witnessed_key(WitnessedLogs& logs, const std::string& origin, VerifierKey key);

}  // namespace dure::node
