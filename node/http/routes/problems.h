// SPDX-License-Identifier: Apache-2.0
// Errors of use cases as HTTP answers.
#pragma once

#include "dure/error.h"
#include "http/message.h"

namespace dure::node::http {

/// The status for `code`; every code has one.
int status_of(ErrorCode code);
/// problem+json for `error`. What went wrong on this side (5xx) is only noted for the log.
Response problem_of(const Error& error);

}  // namespace dure::node::http
