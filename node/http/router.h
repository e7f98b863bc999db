// SPDX-License-Identifier: Apache-2.0
// Finds the handler for a method and path by segments. `{name}` is one segment, `{name...}` is the
// rest.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace dure::node::http {

using PathArguments = std::vector<std::string_view>;  // in the order of the pattern
using Handler = std::function<Response(const Request&, const PathArguments&)>;

/// Built once, then read by many threads.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  void add(std::string_view method, std::string_view pattern, Handler handler);
  /// 404 and 405 (with Allow) as problem+json; HEAD falls back to GET. What is below /control/
  /// exists only for the control socket (Request::control).
  Response handle(const Request& request) const;
  /// All "METHOD pattern" lines, for tests of documentation.
  std::vector<std::string> routes() const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace dure::node::http
