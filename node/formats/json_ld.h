// SPDX-License-Identifier: Apache-2.0
// JSON-LD 1.1 with a context of our own inside, so that nobody has to fetch one.
#pragma once

#include <string>

#include "formats/rdf.h"

namespace dure::node {

/// One document, written node after node: open, append, …, close.
class JsonLdWriter {
 public:
  static std::string open();
  std::string append(const RdfNode& node);
  static std::string close();
  /// What is appended next follows what another writer wrote.
  void go_on() { any_ = true; }

 private:
  bool any_ = false;
};

}  // namespace dure::node
