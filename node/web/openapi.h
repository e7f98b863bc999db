// SPDX-License-Identifier: Apache-2.0
// The document of the public API, and how its texts hold two languages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "web/texts.h"

namespace dure::node {

/// OpenAPI 3.1, as /openapi.json serves it: openapi/ composed at build time.
std::string openapi_document();

/// The paragraphs of a description in `language`. In the document a line is "한국어 · English", and
/// of several paragraphs the first half is Korean, the second English.
std::vector<std::string> openapi_words(Language language, std::string_view both);

}  // namespace dure::node
