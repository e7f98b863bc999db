// SPDX-License-Identifier: Apache-2.0
// The HTTP front with two fixed bodies from memory, for http_vs_nginx: /small (1 KiB) and
// /tile (8 KiB).
// Prints its URL and serves until its standard input ends.
#include <cstdio>
#include <iostream>
#include <string>

#include "http/router.h"
#include "http/server.h"

int main(int argc, char** argv) {
  namespace http = dure::node::http;
  http::Router router;
  for (const auto& [path, size] : {std::pair("/small", 1024), std::pair("/tile", 8192)}) {
    const auto body = std::make_shared<const std::string>(static_cast<std::size_t>(size), 'x');
    router.add("GET", path, [body](const http::Request&, const http::PathArguments&) {
      http::Response response;
      response.content_type = "application/octet-stream";
      response.body = body;
      return response;
    });
  }
  http::ServerOptions options;
  if (argc > 1) options.workers = std::stoul(argv[1]);
  auto server = http::Server::start(
      options, [&router](const http::Request& request) { return router.handle(request); });
  if (!server) {
    std::cerr << server.error().detail << '\n';
    return 1;
  }
  std::cout << (*server)->url() << std::endl;
  while (std::getchar() != EOF) {
  }
  (*server)->stop(std::chrono::seconds(1));
}
