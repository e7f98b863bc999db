// SPDX-License-Identifier: Apache-2.0
// Signs requests to one peer, by that peer's clock once it has told it. Spec: PROTOCOL.md §20.
#pragma once

#include <cstdint>

#include "dure/http_signature.h"
#include "peer/base_url.h"
#include "peer/bounded_client.h"
#include "peer/http_source.h"

namespace dure::node {

/// Threads: one.
class RequestSigner {
 public:
  RequestSigner(const BaseUrl& url, const RequestSigning& signing);
  /// Adds the fields to `request`, whose path and content are as they will be sent. Errors:
  /// sign_request's.
  Status sign(httplib::Request& request) const;
  /// True if `answer` refused the time of the last request and tells the peer's own: a request
  /// signed now may be taken.
  bool learn_time(const Answer& answer);

 private:
  const RequestSigning& signing_;
  std::string authority_;
  std::int64_t ahead_ = 0;  // seconds that the peer's clock is ahead of ours
};

}  // namespace dure::node
