// SPDX-License-Identifier: Apache-2.0
// Mirrors that follow erase entries: whatever is stored passes here, from peers and from files.
#pragma once

#include <memory>

#include "erasing/eraser.h"
#include "replication/ports.h"

namespace dure::node {

/// Writes erase entries down and takes their targets away before it stores them, and stores no body
/// that is erased. All three must outlive it.
std::unique_ptr<MirrorStore> make_erasing_mirrors(MirrorStore& inner, LogReader& logs,
                                                  Eraser& eraser);

}  // namespace dure::node
