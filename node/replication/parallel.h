// SPDX-License-Identifier: Apache-2.0
// A few threads over a list of independent tasks.
#pragma once

#include <cstddef>
#include <functional>

namespace dure::node {

/// Calls `task(index, worker)` for every index < `tasks`, on up to `workers` threads; worker <
/// workers. Returns when all are done. One task, or one worker, runs on the calling thread.
void run_parallel(std::size_t tasks, std::size_t workers,
                  const std::function<void(std::size_t index, std::size_t worker)>& task);

}  // namespace dure::node
