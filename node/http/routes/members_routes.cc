// SPDX-License-Identifier: Apache-2.0
#include "http/routes/members_routes.h"

#include <memory>

#include "http/routes/control_reply.h"
#include "http/routes/problems.h"

namespace dure::node::http {
namespace {

using Ports = std::shared_ptr<const MembersPorts>;  // shared by the handlers

constexpr const char* kRetryAfterFull = "60";

/// The only parameter there is.
Result<std::size_t> read_from(const TilePath& tile, const Request& request) {
  if (request.query.empty()) return std::size_t{0};
  const bool known = request.query.size() == 1 && request.query.front().first == "from";
  const auto from = known ? parse_decimal(request.query.front().second)
                          : Result<std::uint64_t>(Error{ErrorCode::kMalformed, {}});
  if (from && *from < tile.width) return static_cast<std::size_t>(*from);
  return Error{ErrorCode::kMalformed,
               "only `from` is known here, and it must be below the bundle's width"};
}

Response uncached(Response response) {
  response.headers = {{"Cache-Control", "no-store"}};
  return response;
}

Response bodies(const MembersPorts& ports, const Request& request, const PathArguments& path) {
  const auto member = ports.gate->admit(arrived(request));
  if (!member) return not_admitted(*ports.gate, member.error(), !request.body.empty());
  // SPEC: PROTOCOL.md 20.6: an observer sees that there is an entry, like everybody.
  if (member->status != MemberStatus::kMember)
    return problem_of({ErrorCode::kRefused, "members-only bodies are not for observers"});
  const auto tile = parse_tile_path("bodies/" + std::string(path[1]));
  if (!tile) return problem_of({ErrorCode::kNotFound, "this is not the path of a bundle"});
  const auto from = read_from(*tile, request);
  if (!from) return problem_of(from.error());
  auto bundle = ports.bodies(path[0], *tile, *from);
  if (!bundle) return problem_of(bundle.error());
  return uncached(make_response(200, "application/octet-stream", *std::move(bundle)));
}

Response control(const Request& request, const Result<std::string>& json) {
  return json ? control_json(*json) : control_problem(request, json.error());
}

Response list(const MembersPorts& ports, const Request& request) {
  return control(request, ports.list(request.parameter("q").value_or(""),
                                     request.parameter("origin").value_or("")));
}

Response record(const MembersPorts& ports, const Request& request, const PathArguments& path) {
  const auto rev = request.parameter("rev");
  const auto number = rev ? parse_decimal(*rev) : Result<std::uint64_t>(std::uint64_t{0});
  if (!number) {
    return control_problem(
        request, Error{ErrorCode::kInvalid, "rev", "errors.parameter.rev", {{"parameter", "rev"}}});
  }
  return control(request, ports.record(path[0], request.parameter("origin").value_or(""), *number));
}

}  // namespace

ArrivedRequest arrived(const Request& request) {
  ArrivedRequest out;
  out.method = request.method;
  out.target = request.target;
  out.host = request.header("host").value_or("");
  out.content = request.body;
  for (const auto& [name, value] : request.headers) {
    if (name == "signature-input") out.signature_inputs.push_back(value);
    if (name == "signature") out.signatures.push_back(value);
    if (name == "content-digest") out.content_digests.push_back(value);
    if (name == "content-type") out.content_types.push_back(value);
  }
  return out;
}

Response not_admitted(const RequestGate& gate, const Error& error, bool with_content) {
  if (error.code == ErrorCode::kUnavailable) {
    auto response = make_problem(429, "refused", "Too Many Requests", error.detail);
    response.headers.emplace_back("Retry-After", kRetryAfterFull);
    return response;
  }
  const std::int64_t now = gate.now();
  std::string members = "\"time\":" + std::to_string(now);
  for (const auto& [name, value] : error.args) {
    const auto created = parse_decimal(value);
    if (name != "created" || !created) continue;
    const auto skew = static_cast<std::int64_t>(*created) - now;
    members += ",\"created\":" + value + ",\"skew\":" + std::to_string(skew);
  }
  auto response = make_problem(401, error_name(error.code), "Unauthorized", error.detail, members);
  response.headers.emplace_back("Accept-Signature", accept_signature(with_content));
  return response;
}

void add_members_routes(Router& router, MembersPorts ports) {
  const Ports shared = std::make_shared<const MembersPorts>(std::move(ports));
  router.add("GET", "/federation/bodies/{hash}/{tile...}",
             [shared](const Request& request, const PathArguments& path) {
               return bodies(*shared, request, path);
             });
  router.add("GET", "/control/v1/members", [shared](const Request& request, const PathArguments&) {
    return list(*shared, request);
  });
  router.add("GET", "/control/v1/members/{id}",
             [shared](const Request& request, const PathArguments& path) {
               return record(*shared, request, path);
             });
}

}  // namespace dure::node::http
