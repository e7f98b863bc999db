// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_code.h"

namespace dure::node {

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformed:
    case ErrorCode::kTooLarge:
    case ErrorCode::kUnsupported:
    case ErrorCode::kBadSignature:
    case ErrorCode::kUnknownKey:
    case ErrorCode::kBadProof:
    case ErrorCode::kBadCommitment:
    case ErrorCode::kInvalid:
    case ErrorCode::kNotFound:
    case ErrorCode::kGone:
    case ErrorCode::kConflict:
      return ExitCode::kNo;
    case ErrorCode::kInconsistent:
    case ErrorCode::kUnavailable:
      return ExitCode::kPeer;
    case ErrorCode::kRefused:
    case ErrorCode::kQuarantined:
      return ExitCode::kRefused;
    case ErrorCode::kStorage:
      return ExitCode::kEnvironment;
    case ErrorCode::kInternal:
      return ExitCode::kBug;
  }
  return ExitCode::kBug;
}

ErrorCode error_code_named(std::string_view name) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    if (error_name(static_cast<ErrorCode>(code)) == name) return static_cast<ErrorCode>(code);
  }
  return ErrorCode::kInternal;
}

}  // namespace dure::node
