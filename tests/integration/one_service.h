// SPDX-License-Identifier: Apache-2.0
// A service of a town, as `dure publish` takes it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "dure/encoding.h"

namespace dure::test {

/// Its identifier is made from its title, so that equal titles are one record.
inline std::string one_service(const std::string& title) {
  using nlohmann::json;
  const auto value = "id-" + hex_encode(as_view(sha256({title})).substr(0, 6));
  return json{{"type", "service"},
              {"title", {{"ko", title}}},
              {"summary", {{"ko", title + " 안내"}}},
              {"department", {{"ko", "민원과"}}},
              {"contact", {{"phone", "031-000-0000"}}},
              {"identifiers", json::array({{{"scheme", "gov24"}, {"value", value}}})},
              {"regions", json::array({{{"scheme", "bjd"}, {"code", "4111000000"}}})},
              {"status", {{"code", "running"}}},
              {"modified", "2026-03-01"},
              {"licence", "kogl-1"}}
      .dump();
}

}  // namespace dure::test
