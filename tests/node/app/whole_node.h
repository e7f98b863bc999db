// SPDX-License-Identifier: Apache-2.0
// A whole node in a folder, asked without a network.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/data_folder.h"
#include "app/node_parts.h"

namespace dure::node {

/// Settings of Suwon's node in `data`, as the flags of a command; those in `further` win.
inline Settings suwon_settings(
    const std::string& data, const std::vector<std::pair<std::string, std::string>>& further = {}) {
  SettingSources sources;
  sources.flags = {{"--data", data},
                   {"--origin", "suwon.go.kr/dure/1"},
                   {"--name", "수원시"},
                   {"--region", "41110"},
                   {"--log-level", "off"}};
  for (const auto& [flag, value] : further) sources.flags[flag] = value;
  return load_settings(sources).settings;
}

/// Made anew and opened for writing; null and a failure of the test if that does not work.
inline std::unique_ptr<NodeParts> new_node(const Settings& settings) {
  const auto made = create_data_folder(settings, [](std::string_view) { return std::string(); });
  EXPECT_TRUE(made) << (made ? "" : made.error().detail);
  if (!made) return nullptr;
  auto node = open_node(settings, OpenFor::kWriting);
  EXPECT_TRUE(node) << (node ? "" : node.error().detail);
  return node ? std::move(*node) : nullptr;
}

}  // namespace dure::node
