// SPDX-License-Identifier: Apache-2.0
#include "peer/request_signer.h"

#include <algorithm>
#include <optional>

namespace dure::node {
namespace {

constexpr int kUnauthorized = 401;
constexpr std::size_t kMaxProblem = 4096;

std::string authority_of(const BaseUrl& url) {
  const std::string host = url.is_ipv6 ? "[" + url.host + "]" : url.host;
  return canonical_authority(host + ":" + std::to_string(url.port), url.tls);
}

std::optional<std::int64_t> integer(const FlatObject& object, std::string_view name) {
  for (const auto& [key, value] : object) {
    if (key == name && std::holds_alternative<std::int64_t>(value))
      return std::get<std::int64_t>(value);
  }
  return std::nullopt;
}

}  // namespace

RequestSigner::RequestSigner(const BaseUrl& url, const RequestSigning& signing)
    : signing_(signing), authority_(authority_of(url)) {}

Status RequestSigner::sign(httplib::Request& request) const {
  RequestParts parts;
  const auto mark = std::min(request.path.find('?'), request.path.size());
  parts.method = request.method;
  parts.authority = authority_;
  parts.path = request.path.substr(0, mark);
  parts.query = mark == request.path.size() ? "?" : request.path.substr(mark);
  if (!request.body.empty()) {
    const std::string digest = content_digest(request.body);
    request.headers.emplace("Content-Digest", digest);
    parts.content = CoveredContent{digest, request.get_header_value("Content-Type")};
  }
  const auto fields =
      sign_request(parts, signing_.now() + ahead_, signing_.make_nonce(), *signing_.signer);
  if (!fields) return fields.error();
  request.headers.emplace("Signature-Input", fields->input);
  request.headers.emplace("Signature", fields->signature);
  return ok();
}

bool RequestSigner::learn_time(const Answer& answer) {
  if (answer.status != kUnauthorized) return false;
  const auto problem = parse_flat_json(answer.body, kMaxProblem);
  if (!problem || !integer(*problem, "created")) return false;
  const auto time = integer(*problem, "time");
  if (!time || *time < 0) return false;
  ahead_ = *time - signing_.now();
  return true;
}

}  // namespace dure::node
