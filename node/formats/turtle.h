// SPDX-License-Identifier: Apache-2.0
// RDF 1.1 Turtle.
#pragma once

#include <string>

#include "formats/rdf.h"

namespace dure::node {

/// One document, written node after node: open, append, …, close.
class TurtleWriter {
 public:
  static std::string open();
  static std::string append(const RdfNode& node);
  static std::string close() { return {}; }
};

}  // namespace dure::node
