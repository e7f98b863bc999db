// SPDX-License-Identifier: Apache-2.0
// The order matters: what costs little and needs no key first, what is remembered only once the
// signature holds, the content last.
#include "membership/request_gate.h"

#include <algorithm>
#include <utility>

namespace dure::node {
namespace {

Error unsigned_request(std::string_view why) {
  return {ErrorCode::kMalformed, "not a signed request of this profile: " + std::string(why)};
}

/// The only field of its name.
Result<std::string_view> only(const std::vector<std::string_view>& fields, const char* name) {
  if (fields.size() == 1) return fields.front();
  return unsigned_request(std::string(name) + (fields.empty() ? " is missing" : " stands twice"));
}

/// Whether `host` means `name`; proxies often leave the port out.
bool means(std::string_view host, const PublicName& name) {
  const std::string canonical = canonical_authority(host, name.https);
  if (canonical == name.authority) return true;
  const auto colon = name.authority.rfind(':');
  const bool has_port = colon != std::string::npos && name.authority.back() != ']';
  return has_port && canonical == name.authority.substr(0, colon);
}

Result<RequestParts> parts_of(const ArrivedRequest& request, const PublicName& name) {
  RequestParts parts;
  const auto mark = std::min(request.target.find('?'), request.target.size());
  parts.method = request.method;
  parts.authority = name.authority;
  parts.path = name.path + std::string(request.target.substr(0, mark));
  parts.query = mark == request.target.size() ? "?" : std::string(request.target.substr(mark));
  if (request.content.empty()) return parts;
  const auto digest = only(request.content_digests, "Content-Digest");
  if (!digest) return digest.error();
  const auto type = only(request.content_types, "Content-Type");
  if (!type) return type.error();
  parts.content = CoveredContent{std::string(*digest), std::string(*type)};
  return parts;
}

}  // namespace

std::optional<PublicName> public_name(std::string_view url) {
  PublicName name;
  name.https = url.starts_with("https://");
  if (!name.https && !url.starts_with("http://")) return std::nullopt;
  url.remove_prefix(name.https ? 8 : 7);
  const auto slash = std::min(url.find('/'), url.size());
  name.authority = canonical_authority(url.substr(0, slash), name.https);
  name.path = url.substr(slash);
  while (name.path.ends_with('/')) name.path.pop_back();
  if (name.authority.empty()) return std::nullopt;
  return name;
}

Result<CharterMember> RequestGate::admit(const ArrivedRequest& request) {
  const auto field = only(request.signature_inputs, "Signature-Input");
  if (!field) return field.error();
  const auto input = parse_signature_input(*field);
  if (!input) return input.error();
  auto member = ports_.member(input->member);
  if (!member || !member->request || member->request->id() != input->key_id)
    return Error{ErrorCode::kUnknownKey, "the charter knows no such key"};
  if (auto timely = check_time(*input); !timely) return std::move(timely).error();
  if (auto holds = check_signature(request, *input, *member->request); !holds)
    return std::move(holds).error();
  if (auto fresh = take_nonce(*input, *member->request); !fresh) return std::move(fresh).error();
  if (!request.content.empty()) {
    auto same = check_content_digest(request.content_digests.front(), request.content);
    if (!same) return std::move(same).error();
  }
  return *std::move(member);
}

Status RequestGate::check_time(const SignatureInput& input) const {
  auto timely = check_created(input.created, ports_.now());
  if (timely && input.created < ports_.started) {
    timely = Error{ErrorCode::kRefused, "signed request: made before this node was started"};
  }
  if (timely) return ok();
  Error error = std::move(timely).error();
  error.args = {{"created", std::to_string(input.created)}};
  return error;
}

Status RequestGate::check_signature(const ArrivedRequest& request, const SignatureInput& input,
                                    const VerifierKey& key) const {
  const auto field = only(request.signatures, "Signature");
  if (!field) return field.error();
  const auto signature = parse_signature_field(*field);
  if (!signature) return signature.error();
  // SPEC: RFC 9421 §7.2.4: a name that the client chose decides nothing by itself.
  Error error{ErrorCode::kBadSignature, "signed request: this node has no such public name"};
  for (const PublicName& name : ports_.names()) {
    if (!means(request.host, name)) continue;
    const auto parts = parts_of(request, name);
    if (!parts) return parts.error();
    auto verified = verify_request(*parts, input, *signature, key);
    if (verified) return verified;
    error = std::move(verified).error();
  }
  return error;
}

Status RequestGate::take_nonce(const SignatureInput& input, const VerifierKey& key) {
  switch (nonces_.take(key.format(), input.nonce)) {
    case ReplayMemory::Verdict::kNew:
      return ok();
    case ReplayMemory::Verdict::kReplayed:
      return Error{ErrorCode::kRefused, "signed request: its nonce was used before"};
    case ReplayMemory::Verdict::kFull:
      return Error{ErrorCode::kUnavailable, "signed request: too many by this key lately"};
  }
  return Error{ErrorCode::kInternal, "no verdict"};
}

}  // namespace dure::node
