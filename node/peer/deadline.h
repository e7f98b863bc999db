// SPDX-License-Identifier: Apache-2.0
// Waiting on a socket that always ends: at a deadline, at a stop request, or when the socket is
// ready.
#pragma once

#include <chrono>
#include <stop_token>

namespace dure::node {

using SteadyTime = std::chrono::steady_clock::time_point;

enum class WaitResult { kReady, kTimedOut, kStopped, kFailed };

/// Waits until `descriptor` has one of `events` (poll's), at most until `deadline`; looks at `stop`
/// every 100 ms.
WaitResult wait_for(int descriptor, short events, SteadyTime deadline, const std::stop_token& stop);

}  // namespace dure::node
