// SPDX-License-Identifier: Apache-2.0
#include "http/routes/openapi_routes.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "dure/encoding.h"
#include "http/routes/api_answer.h"
#include "http/routes/page_response.h"
#include "http/routes/problems.h"
#include "publishing/embedded_schemas.h"
#include "web/api_guide.h"
#include "web/openapi.h"

namespace dure::node::http {
namespace {

Response document(std::string_view content_type, std::string body) {
  std::string etag = content_tag(body);
  return api_answer(content_type, std::move(body), std::move(etag));
}

/// The Host that the client used, if it can stand in a command.
std::string clean_host(const Request& request) {
  const std::string_view host = request.header("host").value_or("");
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".:-[]").find(c) != std::string_view::npos;
  };
  const bool clean =
      !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), fits);
  return clean ? std::string(host) : "localhost";
}

/// An operator's URL may hold what a shell would take for the end of a word.
bool is_quotable(std::string_view url) {
  return !url.empty() && url.find_first_of("'\\") == std::string_view::npos;
}

std::string base_url(const Request& request, const NodeCard& own) {
  if (!is_quotable(own.url)) return "http://" + clean_host(request);
  std::string_view url = own.url;
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

/// An entry that is here: of the own log if it has one that is shown.
std::string an_entry(SearchService& service, const std::string& origin) {
  for (const std::string& from : {origin, std::string()}) {
    SearchRequest request;
    request.origin = from;
    request.limit = 1;
    request.newest_first = true;
    const auto found = service.search(request);
    if (found && !found->page.hits.empty()) return found->page.hits.front().item.id;
  }
  return {};
}

/// Made when it is first asked for: most commands open a node and serve nobody.
class GuideWhenAsked {
 public:
  const ApiGuide& get() {
    std::call_once(once_, [this] { guide_.emplace(); });
    return *guide_;
  }

 private:
  std::once_flag once_;
  std::optional<ApiGuide> guide_;
};

Response guide_page(const Request& request, const ApiGuide& guide, SearchService& service,
                    const NodeCard& own) {
  const PageFrame frame = page_frame(request, own);
  const ApiGuideView view{base_url(request, own), an_entry(service, own.origin),
                          origin_hash(own.origin)};
  return page_response(200, guide.render(frame, view));
}

Response schema(std::string_view name) {
  for (const EmbeddedFile& file : embedded_schemas()) {
    if (file.name == name) return document("application/schema+json", std::string(file.contents));
  }
  return api_problem(ErrorCode::kNotFound, 404, "there is no schema of this name");
}

}  // namespace

void add_openapi_routes(Router& router, SearchService& service, const NodeCard& own) {
  router.add("GET", "/openapi.json",
             [response = document("application/json", openapi_document())](
                 const Request&, const PathArguments&) { return response; });
  router.add("GET", "/schemas/{name}",
             [](const Request&, const PathArguments& path) { return schema(path[0]); });
  // Shared by the copies of the handler, which live in the router.
  const auto guide = std::make_shared<GuideWhenAsked>();
  router.add("GET", "/api", [guide, &service, own](const Request& request, const PathArguments&) {
    return guide_page(request, guide->get(), service, own);
  });
}

}  // namespace dure::node::http
