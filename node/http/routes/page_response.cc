// SPDX-License-Identifier: Apache-2.0
#include "http/routes/page_response.h"

#include <fmt/format.h>

#include "dure/encoding.h"
#include "http/routes/page_language.h"
#include "http/routes/page_routes.h"

namespace dure::node::http {

PageFrame page_frame(const Request& request, const NodeCard& own) {
  const PageLanguage wanted = page_language(request);
  PageFrame frame;
  frame.language = wanted.language;
  frame.language_chosen = wanted.chosen;
  frame.node_name = own.name.empty() ? own.origin : own.name;
  frame.path = request.path;
  for (const auto& [name, value] : request.query) {
    if (name != "lang") frame.query.emplace_back(name, value);
  }
  return frame;
}

Response page_response(int status, std::string html) {
  std::string tag = fmt::format("\"{}\"", hex_encode(as_view(sha256({html})).substr(0, 16)));
  Response response = make_response(status, "text/html; charset=utf-8", std::move(html));
  response.allow_gzip = true;
  response.headers = {{"Content-Security-Policy", std::string(kContentSecurityPolicy)},
                      {"Cache-Control", status == 200 ? "public, max-age=60" : "no-cache"},
                      {"Vary", "Accept, Accept-Language"}};
  if (status == 200) response.headers.emplace_back("ETag", std::move(tag));
  return response;
}

Response asset(std::string_view name, std::string content_type, std::string cache) {
  const std::string_view bytes = page_asset(name);
  Response response = make_response(200, std::move(content_type), std::string(bytes));
  response.allow_gzip = true;
  response.headers = {
      {"Cache-Control", std::move(cache)},
      {"ETag", fmt::format("\"{}\"", hex_encode(as_view(sha256({bytes})).substr(0, 16)))}};
  return response;
}

Response message_page(const PageFrame& frame, int status) {
  const std::string specific = fmt::format("pages.error.{}.title", status);
  const int known = has_text(frame.language, specific) ? status : (status < 500 ? 400 : 500);
  MessageView view;
  view.title = text(frame.language, fmt::format("pages.error.{}.title", known));
  view.paragraph = text(frame.language, fmt::format("pages.error.{}.paragraph", known));
  view.link_href = page_href(frame, "/");
  view.link_text = text(frame.language, "pages.error.home");
  return page_response(status, render_message(frame, view));
}

Response problem_as_page(const Request& request, Response response, const NodeCard& own) {
  const bool problem =
      response.status >= 400 && response.content_type.starts_with("application/problem+json");
  const bool browser =
      request.header("accept").value_or("").find("text/html") != std::string_view::npos;
  if (!problem || !browser || request.control) return response;
  Response page = message_page(page_frame(request, own), response.status);
  for (auto& header : response.headers) page.headers.push_back(std::move(header));
  return page;
}

}  // namespace dure::node::http
