// SPDX-License-Identifier: Apache-2.0
#include "http/routes/witness_routes.h"

#include "http/routes/problems.h"

namespace dure::node::http {
namespace {

constexpr std::string_view kPlainText = "text/plain; charset=utf-8";

Response uncached(int status, std::string_view content_type, std::string body) {
  auto response = make_response(status, std::string(content_type), std::move(body));
  response.headers = {{"Cache-Control", "no-store"}};
  return response;
}

Response add_checkpoint(Witness& witness, const Request& request) {
  auto outcome = witness.add_checkpoint(request.body);
  if (!outcome) return problem_of(outcome.error());
  // SPEC: a log that is wrong about the size learns it from the body, in a type of its own.
  if (outcome->signature_line.empty())
    return uncached(409, "text/x.tlog.size", std::to_string(outcome->size) + "\n");
  return uncached(200, kPlainText, std::move(outcome->signature_line));
}

}  // namespace

void add_witness_routes(Router& router, Witness& witness) {
  router.add("POST", "/witness/add-checkpoint",
             [&witness](const Request& request, const PathArguments&) {
               return add_checkpoint(witness, request);
             });
  router.add("GET", "/witness/{hash}/checkpoint",
             [&witness](const Request&, const PathArguments& path) {
               auto note = witness.checkpoint(path[0]);
               if (!note) return problem_of(note.error());
               auto response = make_response(200, std::string(kPlainText), std::move(*note));
               response.headers = {{"Cache-Control", "no-cache"}};
               return response;
             });
}

}  // namespace dure::node::http
