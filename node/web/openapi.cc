// SPDX-License-Identifier: Apache-2.0
#include "web/openapi.h"

#include "web/embedded.h"

namespace dure::node {
namespace {

std::vector<std::string> split(std::string_view text, std::string_view between) {
  std::vector<std::string> parts;
  for (auto at = text.find(between); at != std::string_view::npos; at = text.find(between)) {
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(at + between.size());
  }
  parts.emplace_back(text);
  return parts;
}

}  // namespace

std::string openapi_document() {
  std::string document;
  for (const std::string_view piece : openapi_pieces()) document += piece;
  return document;
}

std::vector<std::string> openapi_words(Language language, std::string_view both) {
  auto parts = split(both, "\n\n");
  if (parts.size() == 1) parts = split(both, " · ");
  if (parts.size() % 2 != 0) return parts;  // in no language, or one: a test finds these
  const auto half = parts.begin() + static_cast<std::ptrdiff_t>(parts.size() / 2);
  return language == Language::kKo ? std::vector<std::string>(parts.begin(), half)
                                   : std::vector<std::string>(half, parts.end());
}

}  // namespace dure::node
