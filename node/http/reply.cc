// SPDX-License-Identifier: Apache-2.0
#include "http/reply.h"

#include <algorithm>

#include "http/conditional.h"
#include "http/gzip.h"
#include "http/head.h"
#include "http/range.h"

namespace dure::node::http {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

std::string* find(Headers& headers, std::string_view name) {
  for (auto& [key, value] : headers) {
    if (equals_ignoring_case(key, name)) return &value;
  }
  return nullptr;
}

void set_default(Headers& headers, std::string_view name, std::string_view value) {
  if (find(headers, name) == nullptr) headers.emplace_back(name, value);
}

// A line break in a header would let its author write the rest of the answer.
bool is_clean(const std::pair<std::string, std::string>& header) {
  const auto control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  };
  return !header.first.empty() && std::none_of(header.first.begin(), header.first.end(), control) &&
         std::none_of(header.second.begin(), header.second.end(), control);
}

void add_standard_headers(Reply& reply, std::string& content_type, std::string_view date) {
  auto& headers = reply.headers;
  if (!content_type.empty() && reply.status != 304) {
    headers.emplace_back("Content-Type", std::move(content_type));
  }
  headers.erase(std::remove_if(headers.begin(), headers.end(),
                               [](const auto& header) { return !is_clean(header); }),
                headers.end());
  headers.emplace_back("Date", date);
  set_default(headers, "X-Content-Type-Options", "nosniff");
  set_default(headers, "Referrer-Policy", "no-referrer");
  if (reply.status >= 400) set_default(headers, "Cache-Control", "no-store");
}

void add_vary(Headers& headers) {
  auto* vary = find(headers, "Vary");
  if (vary == nullptr) {
    headers.emplace_back("Vary", "Accept-Encoding");
  } else if (!list_has(*vary, "Accept-Encoding") && *vary != "*") {
    *vary += ", Accept-Encoding";
  }
}

void forget_body(Reply& reply) {
  reply.body = nullptr;
  reply.stream = nullptr;
}

// True if the answer has become 304.
bool apply_if_none_match(const Request& request, Reply& reply) {
  const auto field = request.header("if-none-match");
  auto* tag = find(reply.headers, "ETag");
  if (!field || tag == nullptr) return false;
  const auto match = matching_tag(*field, *tag);
  if (match.empty()) return false;
  *tag = match;  // the variant that the client holds
  reply.status = 304;
  forget_body(reply);
  return true;
}

// True if the request asked for a range that this answer honours (or refuses with 416).
bool apply_range(const Request& request, Reply& reply) {
  reply.headers.emplace_back("Accept-Ranges", "bytes");
  const auto field = request.header("range");
  if (!field || request.method != "GET") return false;
  const auto* tag = find(reply.headers, "ETag");
  const auto if_range = request.header("if-range").value_or("");
  if (!if_range_holds(if_range, tag == nullptr ? std::string_view() : *tag)) return false;

  const auto size = reply.length;
  const auto range = parse_range(*field, size);
  if (range.kind == ByteRange::Kind::kWhole) return false;
  const auto total = "/" + std::to_string(size);
  if (range.kind == ByteRange::Kind::kUnsatisfiable) {
    reply.status = 416;
    forget_body(reply);
    reply.content_length = 0;
    // What the file may be kept for is not said of the refusal.
    std::erase_if(reply.headers,
                  [](const auto& header) { return header.first == "Cache-Control"; });
    reply.headers.emplace_back("Content-Range", "bytes *" + total);
    return true;
  }
  reply.status = 206;
  reply.first = range.first;
  reply.length = reply.content_length = range.length;
  reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                  std::to_string(range.first + range.length - 1) +
                                                  total);
  return true;
}

void apply_gzip(const Request& request, Reply& reply) {
  if (!accepts_gzip(request.header("accept-encoding").value_or(""))) return;
  auto packed = gzip(*reply.body);
  if (!packed) return;
  reply.body = std::make_shared<const std::string>(std::move(*packed));
  reply.length = reply.content_length = reply.body->size();
  reply.headers.emplace_back("Content-Encoding", "gzip");
  if (auto* tag = find(reply.headers, "ETag")) *tag = gzip_tag(*tag);
}

}  // namespace

Reply make_reply(const Request& request, Response response, std::string_view date) {
  Reply reply;
  reply.status = response.status;
  reply.headers = std::move(response.headers);
  reply.body = std::move(response.body);
  reply.stream = std::move(response.stream);
  reply.live = std::move(response.live);
  if (reply.body) reply.length = reply.content_length = reply.body->size();
  if (reply.stream) reply.length = reply.content_length = reply.stream->size();

  const bool read = request.method == "GET" || request.method == "HEAD";
  const bool varies = response.allow_gzip && reply.body && reply.body->size() >= kLeastGzip;
  if (varies) add_vary(reply.headers);
  const bool has_body = reply.body || reply.stream;
  if (read && reply.status == 200 && has_body && !apply_if_none_match(request, reply)) {
    const bool ranged = response.allow_range && apply_range(request, reply);
    if (!ranged && varies) apply_gzip(request, reply);
  } else if (varies && reply.status != 304) {
    apply_gzip(request, reply);
  }
  add_standard_headers(reply, response.content_type, date);
  if (request.method == "HEAD") forget_body(reply);
  return reply;
}

}  // namespace dure::node::http
