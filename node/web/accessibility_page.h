// SPDX-License-Identifier: Apache-2.0
// The accessibility statement: what was done, what was checked and what was not, whom to tell.
#pragma once

#include <string>

#include "web/pages.h"

namespace dure::node {

struct AccessibilityView {
  std::string version;  // of the program that makes the pages
  std::string address;  // of this node, or empty
  std::string publisher_href;
};
std::string render_accessibility(const PageFrame& frame, const AccessibilityView& view);

}  // namespace dure::node
