// SPDX-License-Identifier: Apache-2.0
#include "http/routes/api_answer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "dure/encoding.h"
#include "http/routes/problems.h"

namespace dure::node::http {

std::string api_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      std::string hex = hex_encode({&c, 1});
      std::transform(hex.begin(), hex.end(), hex.begin(),
                     [](char h) { return h >= 'a' ? static_cast<char>(h - 32) : h; });
      out += '%' + hex;
    }
  }
  return out;
}

namespace {

constexpr std::string_view kOpen = "Access-Control-Allow-Origin";
constexpr std::string_view kDescribed =
    "</openapi.json>; rel=\"service-desc\"; type=\"application/json\", "
    "</api>; rel=\"service-doc\"; type=\"text/html\"";

std::string* find_header(Response& response, std::string_view name) {
  for (auto& [key, value] : response.headers) {
    if (key == name) return &value;
  }
  return nullptr;
}

void allow_pages(Response& response) {
  response.headers.emplace_back(kOpen, "*");
  response.headers.emplace_back("Access-Control-Expose-Headers",
                                "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, "
                                "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset");
}

}  // namespace

Response open_to_all(Response response) {
  allow_pages(response);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  add_link(response, kDescribed);
  return response;
}

Response readable_by_pages(const Request& request, Response response) {
  const bool read = request.method == "GET" || request.method == "HEAD" || response.status >= 400;
  const bool page = response.content_type.starts_with("text/html");
  // For who has signed in, or a token: no page of another site has a part in it.
  const bool theirs = request.path.starts_with("/admin/") || request.path.starts_with("/manage/");
  if (read && !page && !theirs && !request.control && find_header(response, kOpen) == nullptr)
    allow_pages(response);
  return response;
}

void add_link(Response& response, std::string_view link) {
  if (std::string* links = find_header(response, "Link")) {
    links->insert(0, std::string(link) + ", ");
  } else {
    response.headers.emplace_back("Link", link);
  }
}

Response api_problem(ErrorCode code, int status, std::string_view detail,
                     std::string_view members_object) {
  const std::string_view inner = members_object.substr(1, members_object.size() - 2);
  return open_to_all(
      make_problem(status, error_name(code), "the request cannot be answered", detail, inner));
}

Response api_failure(const Error& error) {
  for (const auto& [name, value] : error.args) {
    if (name != "parameter") continue;
    ParameterFaults faults;
    faults.add(value, error.detail);
    return faults.answer();
  }
  return open_to_all(problem_of(error));
}

Response api_answer(std::string_view content_type, std::string body, std::string etag) {
  Response response = make_response(200, std::string(content_type), std::move(body));
  response.allow_gzip = true;
  response.headers.emplace_back("ETag", std::move(etag));
  response.headers.emplace_back("Cache-Control", "public, max-age=60");
  return open_to_all(std::move(response));
}

std::string content_tag(std::string_view body) {
  return '"' + hex_encode(as_view(sha256({body})).substr(0, 16)) + '"';
}

void ParameterFaults::add(std::string_view name, std::string_view detail) {
  faults_.emplace_back(printable(name), printable(detail, 300));
}

void ParameterFaults::add_unknown(std::string_view name, const std::set<std::string_view>& known) {
  add(name, "unknown parameter");
  known_.emplace(known.begin(), known.end());
}

Response ParameterFaults::answer() const {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const auto& [name, detail] : faults_) list.push_back({{"name", name}, {"detail", detail}});
  Json members = {{"parameters", std::move(list)}};
  if (known_) members["known"] = *known_;
  return api_problem(ErrorCode::kInvalid, 400, "bad parameters",
                     members.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace dure::node::http
