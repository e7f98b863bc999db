// SPDX-License-Identifier: Apache-2.0
// Look-ups in requests, and the two ways of making a response.
#include "http/message.h"

#include "dure/error.h"

namespace dure::node::http {
namespace {

std::optional<std::string_view> find(const std::vector<std::pair<std::string, std::string>>& fields,
                                     std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return std::nullopt;
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xFU];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view lower_case_name) const {
  return find(headers, lower_case_name);
}

std::optional<std::string_view> Request::parameter(std::string_view name) const {
  return find(query, name);
}

Response make_response(int status, std::string content_type, std::string body) {
  Response response;
  response.status = status;
  response.content_type = std::move(content_type);
  response.body = std::make_shared<const std::string>(std::move(body));
  return response;
}

Response make_problem(int status, std::string_view type, std::string_view title,
                      std::string_view detail, std::string_view extra_members) {
  std::string json = "{\"type\":";
  append_json_string(json, "urn:dure:error:" + std::string(type));
  json += ",\"title\":";
  append_json_string(json, title);
  json += ",\"status\":" + std::to_string(status);
  if (!detail.empty()) {
    json += ",\"detail\":";
    append_json_string(json, detail);
  }
  if (!extra_members.empty()) {
    json += ',';
    json += extra_members;
  }
  json += "}\n";
  return make_response(status, "application/problem+json", std::move(json));
}

}  // namespace dure::node::http
