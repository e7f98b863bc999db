// SPDX-License-Identifier: Apache-2.0
#include "http/routes/check_routes.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "http/routes/page_response.h"
#include "http/routes/problems.h"
#include "http/routes/related_views.h"

namespace dure::node::http {
namespace {

// The only page that may run a script: the node's own, which may ask the node.
Response with_script(Response response) {
  for (auto& [name, value] : response.headers) {
    if (name == "Content-Security-Policy") value = kCheckSecurityPolicy;
  }
  return response;
}

// Withdrawn, erased, or claimed by several logs: the entry's own page says it in words.
Response to_entry(const PageFrame& frame, std::string_view id, const std::string& origin) {
  Response response = make_response(303, "", "");
  response.headers = {
      {"Location", page_href(frame, fmt::format("/e/{}", id), {{"origin", origin}})},
      {"Cache-Control", "no-cache"},
      {"Vary", "Accept, Accept-Language"}};
  return response;
}

Response check_entry(const CheckPorts& ports, const Request& request, std::string_view id) {
  const PageFrame frame = page_frame(request, ports.own);
  const std::string origin(request.parameter("origin").value_or(""));
  const auto record = ports.record(id, origin);
  if (!record && record.error().code == ErrorCode::kConflict) return to_entry(frame, id, origin);
  if (!record) {
    const int status = status_of(record.error().code);
    return message_page(frame, status >= 500 ? status : 404);
  }
  if (record->item.withdrawn || record->erased || !record->body) return to_entry(frame, id, origin);
  CheckPageView view;
  view.title = title_for(record->item, frame.language);
  view.provenance.publisher = record->publisher;
  view.provenance.origin = record->origin;
  view.provenance.id = record->item.id;
  view.provenance.rev = record->leaf.rev;
  view.provenance.several_origins = !origin.empty();
  view.policy_href = ports.policy_href(record->origin);
  return with_script(page_response(200, render_check(frame, &view)));
}

}  // namespace

void add_check_routes(Router& router, CheckPorts given) {
  const auto ports = std::make_shared<const CheckPorts>(std::move(given));
  router.add("GET", "/e/{id}/check",
             [ports](const Request& request, const PathArguments& arguments) {
               return check_entry(*ports, request, arguments[0]);
             });
  router.add("GET", "/check", [ports](const Request& request, const PathArguments&) {
    const PageFrame frame = page_frame(request, ports->own);
    return with_script(page_response(200, render_check(frame, nullptr)));
  });
  // Always revalidated: script and words of one page must be of one version of the program.
  router.add("GET", "/check.js",
             [response = asset("check.js", "text/javascript; charset=utf-8", "no-cache")](
                 const Request&, const PathArguments&) { return response; });
}

}  // namespace dure::node::http
