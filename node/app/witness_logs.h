// SPDX-License-Identifier: Apache-2.0
// Whom this node witnesses: the logs of its peers, and those named in the operator's tlog-policy.
#pragma once

#include <memory>
#include <string>

#include "app/data_folder.h"
#include "membership/ports.h"
#include "settings/settings.h"
#include "witnessing/witness.h"

namespace dure::node {

/// Cosigns other logs' checkpoints as `<member>/witness`. Errors: as load_log_signer.
Result<std::unique_ptr<Signer>> load_witness_signer(const DataFolder& folder,
                                                    const std::string& own_origin);

/// The logs of the policy file `path`, which may lack its quorum (none if `path` is empty).
/// Errors: kStorage (unreadable), kMalformed (the file's), kInvalid (a log named like this node's
/// log or witness).
Result<WitnessedLogs> load_extra_logs(const std::string& path, const std::string& own_origin,
                                      const std::string& witness_name);

/// `extra` and the logs of all peers.
Result<WitnessedLogs> logs_to_witness(const WitnessedLogs& extra, PeerBook& peers);

}  // namespace dure::node
