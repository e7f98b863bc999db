// SPDX-License-Identifier: Apache-2.0
// What a receiver's answer means, and what an operator is told of it.
#pragma once

#include <chrono>

#include "webhooks/ports.h"

namespace dure::node {

/// ok() for 2xx. Errors: kGone (410), kUnavailable (429, 5xx), kRefused (everything else); with
/// retry_after() of at most `longest_wait`.
Status judge_hook_answer(const HookAnswer& answer, std::chrono::seconds longest_wait);
/// The failure of a carrier, with a remedy.
Error hook_unreachable(const Error& error);

}  // namespace dure::node
