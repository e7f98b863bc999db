// SPDX-License-Identifier: Apache-2.0
// Finds the public vectors, which are not part of the project: DURE_SHARED, or ../shared beside the
// source folder.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

namespace dure::testing {

inline std::filesystem::path shared_vectors() {
  const char* given = std::getenv("DURE_SHARED");
  const std::filesystem::path shared =
      given != nullptr ? std::filesystem::path(given)
                       : std::filesystem::path(DURE_SOURCE_DIR) / ".." / "shared";
  return shared / "vectors";
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// A vector that cannot be parsed is a broken set-up, so this throws and the test fails.
inline nlohmann::json read_json(const std::filesystem::path& path) {
  return nlohmann::json::parse(read_file(path));
}

}  // namespace dure::testing

/// Skips, loudly, where the public vectors are not there.
#define DURE_NEED_VECTORS(path)                                                                   \
  if (!std::filesystem::exists(path)) {                                                           \
    GTEST_SKIP() << "PUBLIC VECTORS MISSING: " << (path) << " (set DURE_SHARED to their folder)"; \
  }                                                                                               \
  static_assert(true)
