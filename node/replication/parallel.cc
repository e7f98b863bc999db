// SPDX-License-Identifier: Apache-2.0
#include "replication/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace dure::node {

void run_parallel(std::size_t tasks, std::size_t workers,
                  const std::function<void(std::size_t index, std::size_t worker)>& task) {
  std::atomic<std::size_t> next{0};
  const auto work = [&](std::size_t worker) {
    for (std::size_t index = next++; index < tasks; index = next++) task(index, worker);
  };
  const std::size_t count = std::min(tasks, std::max<std::size_t>(workers, 1));
  std::vector<std::jthread> helpers;
  for (std::size_t worker = 1; worker < count; ++worker)
    helpers.emplace_back([&work, worker] { work(worker); });
  work(0);
}

}  // namespace dure::node
