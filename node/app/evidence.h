// SPDX-License-Identifier: Apache-2.0
// Heads of the own log that somebody else signed with our key: kept as they were shown, until an
// operator has decided.
#pragma once

#include <string>
#include <vector>

#include "app/data_folder.h"

namespace dure::node {

/// Keeps `note` in the data folder; the same note once. Errors: kStorage.
Status keep_evidence(const DataFolder& folder, const std::string& note);
/// Every note kept, at most 64 of them.
std::vector<std::string> load_evidence(const DataFolder& folder);

}  // namespace dure::node
