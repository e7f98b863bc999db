// SPDX-License-Identifier: Apache-2.0
// Looks for bytes in everything that a node has on disk.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "integration/dure_process.h"

namespace dure::test {

/// Every file below `folder` that holds one of `needles`.
inline std::vector<std::string> files_with(const std::string& folder,
                                           const std::vector<std::string>& needles) {
  std::vector<std::string> found;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    const auto bytes = read_file(file.path().string());
    const bool holds = std::any_of(needles.begin(), needles.end(), [&](const auto& needle) {
      return bytes.find(needle) != std::string::npos;
    });
    if (holds) found.push_back(file.path().string());
  }
  return found;
}

inline std::vector<std::string> files_with(const std::string& folder, const std::string& needle) {
  return files_with(folder, std::vector<std::string>{needle});
}

}  // namespace dure::test
