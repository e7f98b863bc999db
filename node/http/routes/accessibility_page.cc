// SPDX-License-Identifier: Apache-2.0
#include "http/routes/accessibility_page.h"

#include <utility>

#include "http/routes/member_page.h"
#include "http/routes/page_response.h"
#include "web/accessibility_page.h"

namespace dure::node::http {

void add_accessibility_page(Router& router, NodeCard own, std::string version) {
  router.add("GET", "/accessibility",
             [own = std::move(own), version = std::move(version)](const Request& request,
                                                                  const PathArguments&) {
               const PageFrame frame = page_frame(request, own);
               AccessibilityView view;
               view.version = version;
               view.address = own.url;
               view.publisher_href = member_href(frame, own.origin);
               return page_response(200, render_accessibility(frame, view));
             });
}

}  // namespace dure::node::http
