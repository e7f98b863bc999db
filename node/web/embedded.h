// SPDX-License-Identifier: Apache-2.0
// Files that are part of the program: texts, templates and the style sheet, put in by embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace dure::node {

struct EmbeddedFile {
  std::string_view name;  // base name
  std::string_view contents;
};

/// texts/*.json.
std::span<const EmbeddedFile> embedded_texts();
/// templates/*, the style sheet and other files of the pages.
std::span<const EmbeddedFile> embedded_pages();
/// openapi/, composed by openapi.cmake; in one after the other it is the document.
std::span<const std::string_view> openapi_pieces();

}  // namespace dure::node
