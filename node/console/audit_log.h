// SPDX-License-Identifier: Apache-2.0
// The audit log as a whole.
#pragma once

#include "console/ports.h"

namespace dure::node {

/// Reads every line and its link to the one before. Errors: kBadProof, naming the line; kStorage.
Status check_audit_log(ConsoleStore& store);

}  // namespace dure::node
