// SPDX-License-Identifier: Apache-2.0
// The own log with its erase entries followed, whether they are published or healed from mirrors.
#pragma once

#include <memory>
#include <string>

#include "erasing/eraser.h"
#include "publishing/ports.h"

namespace dure::node {

/// Writes erase entries down before it appends them, and appends no body that is erased. All
/// references must outlive it.
std::unique_ptr<OwnLog> make_erasing_own_log(OwnLog& inner, std::string origin, LogReader& logs,
                                             Eraser& eraser);

}  // namespace dure::node
