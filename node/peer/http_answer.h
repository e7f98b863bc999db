// SPDX-License-Identifier: Apache-2.0
// What an HTTP answer means to replication.
#pragma once

#include <chrono>

#include "peer/bounded_client.h"
#include "replication/ports.h"

namespace dure::node {

/// Maps status and headers to a FetchResponse or an error, decodes gzip, checks the range.
/// Errors: kNotFound (404, 410), kUnavailable (429, 5xx, with Retry-After), kRefused (401, 403,
/// redirects and the other 4xx), kMalformed, kTooLarge.
Result<FetchResponse> interpret_answer(Answer answer, const FetchRequest& request);

/// What `Retry-After` asks for, at most a day; zero if it is not there. A date is measured from the
/// Date of the same answer, so that it does not matter whether our clocks agree.
std::chrono::seconds wait_asked_for(const httplib::Headers& headers);

}  // namespace dure::node
