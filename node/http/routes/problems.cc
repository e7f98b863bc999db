// SPDX-License-Identifier: Apache-2.0
#include "http/routes/problems.h"

namespace dure::node::http {
namespace {

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 422:
      return "Unprocessable Content";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

}  // namespace

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformed:
      return 400;
    case ErrorCode::kBadSignature:
    case ErrorCode::kUnknownKey:
    case ErrorCode::kRefused:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kInconsistent:
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kGone:
      return 410;
    case ErrorCode::kTooLarge:
      return 413;
    case ErrorCode::kUnsupported:
    case ErrorCode::kBadProof:
    case ErrorCode::kBadCommitment:
    case ErrorCode::kInvalid:
      return 422;
    case ErrorCode::kUnavailable:
    case ErrorCode::kQuarantined:
      return 503;
    case ErrorCode::kStorage:
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

Response problem_of(const Error& error) {
  const int status = status_of(error.code);
  const bool ours = status == 500;
  auto response =
      make_problem(status, error_name(error.code), title_of(status),
                   ours ? "The request failed for a reason on this side." : error.detail);
  response.note = error.detail;
  if (status == 503) response.headers.emplace_back("Retry-After", "30");
  return response;
}

}  // namespace dure::node::http
