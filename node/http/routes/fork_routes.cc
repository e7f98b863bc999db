// SPDX-License-Identifier: Apache-2.0
#include "http/routes/fork_routes.h"

#include "dure/encoding.h"
#include "http/routes/problems.h"

namespace dure::node::http {
namespace {

Response list(const ForkWatch& forks) {
  std::string body = format_fork_list(forks.list());
  const std::string tag = "\"" + hex_encode(as_view(sha256({body})).substr(0, 16)) + "\"";
  auto response = make_response(200, "application/json", std::move(body));
  response.headers = {{"Cache-Control", "no-cache"}, {"ETag", tag}};
  response.allow_gzip = true;
  return response;
}

/// Its name is its hash, so it never changes.
Response show(const ForkWatch& forks, std::string_view name) {
  auto file = forks.file(name);
  if (!file) return problem_of(file.error());
  auto response = make_response(200, "text/plain; charset=utf-8", *std::move(file));
  response.headers = {{"Cache-Control", "public, max-age=31536000, immutable"},
                      {"ETag", "\"" + std::string(name.substr(0, 32)) + "\""}};
  return response;
}

}  // namespace

void add_fork_routes(Router& router, const ForkWatch& forks) {
  router.add("GET", "/federation/forks",
             [&forks](const Request&, const PathArguments&) { return list(forks); });
  router.add("GET", "/federation/forks/{name}",
             [&forks](const Request&, const PathArguments& path) { return show(forks, path[0]); });
}

}  // namespace dure::node::http
