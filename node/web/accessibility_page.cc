// SPDX-License-Identifier: Apache-2.0
#include "web/accessibility_page.h"

#include "web/page_frame.h"

namespace dure::node {

std::string render_accessibility(const PageFrame& frame, const AccessibilityView& view) {
  Data page = new_page(frame);
  page.set("lead", say(frame, "pages.accessibility.lead", {{"node", frame.node_name}}));
  page.set("version", view.version);
  page.set("address", present(view.address));
  page.set("publisher_href", view.publisher_href);
  page.set("publisher", frame.node_name);
  return in_layout(frame, text(frame.language, "pages.accessibility.title"),
                   fill_template("accessibility.html", page));
}

}  // namespace dure::node
