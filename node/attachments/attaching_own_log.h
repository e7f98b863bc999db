// SPDX-License-Identifier: Apache-2.0
// The own log, whose entries hold on to the attachments that they list.
#pragma once

#include <memory>
#include <string>

#include "attachments/ports.h"
#include "publishing/ports.h"

namespace dure::node {

/// Writes down, before entries are appended, which held attachments they refer to. Both references
/// must outlive it.
std::unique_ptr<OwnLog> make_attaching_own_log(OwnLog& inner, std::string origin,
                                               AttachmentStore& store);

}  // namespace dure::node
