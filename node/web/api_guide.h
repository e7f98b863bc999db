// SPDX-License-Identifier: Apache-2.0
// The API guide: the OpenAPI document as a page for people, with commands that can be run at this
// node.
#pragma once

#include <string>

#include "web/pages.h"

namespace dure::node {

/// What the commands name; without it they would run nowhere.
struct ApiGuideView {
  std::string base_url;     // of this node, without a slash at the end
  std::string id;           // of an entry that is here; empty: the document's example
  std::string origin_hash;  // of this node's log
};

/// Threads: any. Made once from the document; a page then costs no more than copying it.
class ApiGuide {
 public:
  ApiGuide();
  std::string render(const PageFrame& frame, const ApiGuideView& view) const;

 private:
  std::string korean_, english_, example_id_;
};

}  // namespace dure::node
