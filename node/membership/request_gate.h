// SPDX-License-Identifier: Apache-2.0
// Who sent a signed request: a member of the charter, or nobody that is let in. Spec: PROTOCOL.md
// §20.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dure/charter.h"
#include "dure/http_signature.h"
#include "membership/replay_memory.h"

namespace dure::node {

/// A request as it arrived. Fields that stand twice are there twice. All view into what outlives
/// the call.
struct ArrivedRequest {
  std::string_view method, target;  // `target`: path and query as sent
  std::string_view host;
  std::vector<std::string_view> signature_inputs, signatures, content_digests, content_types;
  std::string_view content;
};

/// One name under which this node is reached.
struct PublicName {
  std::string authority;  // as canonical_authority gives it
  std::string path;       // what a proxy takes away in front of our own paths, e.g. "/dure"
  bool https = false;     // which port needs no saying
  bool operator==(const PublicName&) const = default;
};
/// `url` is a base URL, http[s]://host[:port][/path]; none if it is not.
std::optional<PublicName> public_name(std::string_view url);

struct RequestGatePorts {
  /// The adopted charter's entry of this member; the only place where keys are looked up.
  std::function<std::optional<CharterMember>(std::string_view member)> member;
  std::function<std::vector<PublicName>()> names;
  std::function<std::int64_t()> now;  // POSIX seconds
  std::int64_t started = 0;           // what was made before it was refused: its nonce is forgotten
};

/// Threads: any.
class RequestGate {
 public:
  explicit RequestGate(
      RequestGatePorts ports, ReplayLimits limits = {},
      ReplayMemory::Clock clock = [] { return std::chrono::steady_clock::now(); })
      : ports_(std::move(ports)), nonces_(limits, std::move(clock)) {}

  /// The member that signed it, whose content is what was signed. In this order, errors:
  /// kMalformed, kTooLarge, kUnsupported (no signature of the profile), kUnknownKey (nobody in the
  /// charter), kRefused (out of time; `args` has {created}), kBadSignature, kRefused (used before),
  /// kUnavailable (too many requests by this key), kMalformed, kBadSignature (the content).
  Result<CharterMember> admit(const ArrivedRequest& request);
  /// The clock by which it judges.
  std::int64_t now() const { return ports_.now(); }

 private:
  Status check_time(const SignatureInput& input) const;
  Status check_signature(const ArrivedRequest& request, const SignatureInput& input,
                         const VerifierKey& key) const;
  Status take_nonce(const SignatureInput& input, const VerifierKey& key);

  const RequestGatePorts ports_;
  ReplayMemory nonces_;
};

}  // namespace dure::node
