// SPDX-License-Identifier: Apache-2.0
// Members-only bodies that arrive: an erased one never comes back.
#pragma once

#include <memory>

#include "erasing/eraser.h"
#include "replication/members.h"

namespace dure::node {

/// Stores no body that is erased, and does not call it missing. All three must outlive it.
std::unique_ptr<MembersStore> make_erasing_members(MembersStore& inner, LogReader& logs,
                                                   Eraser& eraser);

}  // namespace dure::node
