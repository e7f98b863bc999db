// SPDX-License-Identifier: Apache-2.0
// A tree of path segments. Fixed segments win over `{name}`, which wins over `{name...}`.
#include "http/router.h"

#include <algorithm>
#include <cstdlib>

namespace dure::node::http {
namespace {

constexpr std::string_view kControl = "/control/";

struct Split {
  std::string_view first;
  std::string_view rest;  // after the slash
  bool more = false;      // there was a slash
};

Split split_segment(std::string_view path) {
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return {path, {}, false};
  return {path.substr(0, slash), path.substr(slash + 1), true};
}

bool is_argument(std::string_view segment) {
  return segment.size() >= 2 && segment.front() == '{' && segment.back() == '}';
}

bool is_rest(std::string_view segment) {
  return is_argument(segment) && segment.size() > 5 && segment.substr(segment.size() - 4) == "...}";
}

}  // namespace

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> fixed;
  std::unique_ptr<Node> argument;
  std::unique_ptr<Node> rest;
  std::map<std::string, Handler, std::less<>> methods;  // empty: not the end of a route
  std::string pattern;

  Node& child(std::string_view segment) {
    if (is_rest(segment)) return made(rest);
    if (is_argument(segment)) return made(argument);
    return made(fixed[std::string(segment)]);
  }

  /// The node for `path` (without its first slash), or null. `arguments` holds what the pattern
  /// names.
  const Node* match(std::string_view path, PathArguments& arguments) const {
    const auto segment = split_segment(path);
    if (const auto found = fixed.find(segment.first); found != fixed.end()) {
      if (const auto* node = found->second->descend(segment, arguments)) return node;
    }
    if (argument && !segment.first.empty()) {
      arguments.push_back(segment.first);
      if (const auto* node = argument->descend(segment, arguments)) return node;
      arguments.pop_back();
    }
    if (rest && !path.empty()) {
      arguments.push_back(path);
      return rest.get();
    }
    return nullptr;
  }

  void list(std::vector<std::string>& out) const {
    for (const auto& [method, handler] : methods) out.push_back(method + ' ' + pattern);
    for (const auto& [segment, node] : fixed) node->list(out);
    if (argument) argument->list(out);
    if (rest) rest->list(out);
  }

 private:
  static Node& made(std::unique_ptr<Node>& slot) {
    if (!slot) slot = std::make_unique<Node>();
    return *slot;
  }

  const Node* descend(const Split& segment, PathArguments& arguments) const {
    if (segment.more) return match(segment.rest, arguments);
    return methods.empty() ? nullptr : this;
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(std::string_view method, std::string_view pattern, Handler handler) {
  if (pattern.empty() || pattern.front() != '/') std::abort();  // a mistake in our own code
  Node* node = root_.get();
  Split segment = split_segment(pattern.substr(1));
  for (;; segment = split_segment(segment.rest)) {
    node = &node->child(segment.first);
    if (!segment.more) break;
  }
  node->pattern = pattern;
  if (!node->methods.emplace(method, std::move(handler)).second) std::abort();  // twice the same
}

Response Router::handle(const Request& request) const {
  PathArguments arguments;
  const std::string_view path = request.path;
  const Node* node =
      path.empty() || path.front() != '/' ? nullptr : root_->match(path.substr(1), arguments);
  const bool hidden = path.starts_with(kControl) && !request.control;
  if (node == nullptr || hidden) {
    return make_problem(404, "not-found", "Not Found", "Nothing is served at this address.");
  }
  auto found = node->methods.find(request.method);
  if (found == node->methods.end() && request.method == "HEAD") found = node->methods.find("GET");
  if (found != node->methods.end()) return found->second(request, arguments);

  std::string allow;
  for (const auto& [method, handler] : node->methods) {
    allow += (allow.empty() ? "" : ", ") + method + (method == "GET" ? ", HEAD" : "");
  }
  auto problem =
      make_problem(405, "refused", "Method Not Allowed", "This address does not know that method.");
  problem.headers.emplace_back("Allow", std::move(allow));
  return problem;
}

std::vector<std::string> Router::routes() const {
  std::vector<std::string> out;
  root_->list(out);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace dure::node::http
