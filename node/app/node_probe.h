// SPDX-License-Identifier: Apache-2.0
// Whether a node serves a data folder: what a process that finds the folder locked wants to know.
#pragma once

#include <chrono>

#include "app/data_folder.h"

namespace dure::node {

inline constexpr std::chrono::milliseconds kBetweenTries{50};  // to open a locked folder

enum class Probe { kAnswers, kSilent, kNobody };

/// Waits a few seconds for the answer.
Probe probe_node(const DataFolder& folder);

}  // namespace dure::node
