// SPDX-License-Identifier: Apache-2.0
#include "peer/http_answer.h"

#include <algorithm>
#include <ctime>
#include <optional>

#include "peer/gzip_inflate.h"
#include "replication/backoff.h"

namespace dure::node {
namespace {

constexpr std::chrono::seconds kLongestWait{24 * 3600};

std::string_view header(const httplib::Headers& headers, const char* name) {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

/// POSIX seconds of an RFC 9110 IMF-fixdate; empty for anything else.
std::optional<std::int64_t> parse_http_date(std::string_view text) {
  const std::string date(text);
  std::tm parts{};
  const char* end = strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return timegm(&parts);
}

/// When the answer was made by the peer's clock: caches keep its Date and add an Age.
std::int64_t date_of(const httplib::Headers& headers) {
  const auto date = parse_http_date(header(headers, "Date"));
  if (!date) return 0;
  const auto age = parse_decimal(header(headers, "Age"));
  return *date + static_cast<std::int64_t>(age ? std::min<std::uint64_t>(*age, 1U << 30) : 0);
}

Error refusal(const Answer& answer, bool posted) {
  const std::string what = "HTTP " + std::to_string(answer.status);
  if (answer.status == 404 || answer.status == 410) return Error{ErrorCode::kNotFound, what};
  if (answer.status == 429 || answer.status >= 500) {
    return with_retry_after(Error{ErrorCode::kUnavailable, what}, wait_asked_for(answer.headers));
  }
  if (posted && answer.status == 409) return Error{ErrorCode::kConflict, what};
  return Error{ErrorCode::kRefused, what};
}

/// `bytes <from>-<last>/<total or *>` with exactly the length of the body.
bool is_range_asked_for(std::string_view content_range, std::uint64_t from, std::size_t length) {
  if (length == 0) return false;
  const std::string expected =
      "bytes " + std::to_string(from) + "-" + std::to_string(from + length - 1) + "/";
  return content_range.starts_with(expected);
}

}  // namespace

std::chrono::seconds wait_asked_for(const httplib::Headers& headers) {
  const auto asked = header(headers, "Retry-After");
  if (const auto seconds = parse_decimal(asked)) {
    const auto longest = static_cast<std::uint64_t>(kLongestWait.count());
    return std::chrono::seconds{static_cast<std::int64_t>(std::min(*seconds, longest))};
  }
  const auto until = parse_http_date(asked);
  const auto now = parse_http_date(header(headers, "Date"));
  if (!until || !now) return std::chrono::seconds{0};
  return std::clamp(std::chrono::seconds{*until - *now}, std::chrono::seconds{0}, kLongestWait);
}

Result<FetchResponse> interpret_answer(Answer answer, const FetchRequest& request) {
  FetchResponse response;
  response.wire_bytes = answer.wire_bytes;
  response.date = date_of(answer.headers);
  response.etag = std::string(header(answer.headers, "ETag").substr(0, 256));
  if (answer.status == 304 && !request.etag.empty()) {
    response.not_modified = true;
    return response;
  }
  const bool ranged = answer.status == 206 && (request.range_from > 0 || request.range_count > 0);
  response.conflict = answer.status == 409 && request.take_conflict;
  if (answer.status != 200 && !ranged && !response.conflict)
    return refusal(answer, request.post.has_value());
  if (ranged && !is_range_asked_for(header(answer.headers, "Content-Range"), request.range_from,
                                    answer.body.size())) {
    return Error{ErrorCode::kMalformed, "another range than the one asked for"};
  }
  response.partial = ranged;
  const auto encoding = header(answer.headers, "Content-Encoding");
  if (encoding.empty() || encoding == "identity") {
    response.body = std::move(answer.body);
    return response;
  }
  // C2SP lets a server send gzip unasked. A range of encoded bytes would be another thing than we
  // asked for.
  if (encoding != "gzip" || ranged)
    return Error{ErrorCode::kMalformed, "unexpected content encoding"};
  auto decoded = gzip_inflate(answer.body, request.max_bytes);
  if (!decoded) return std::move(decoded).error();
  response.body = std::move(*decoded);
  return response;
}

}  // namespace dure::node
