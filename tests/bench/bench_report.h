// SPDX-License-Identifier: Apache-2.0
// Medians, percentiles and one printed line per figure, with the floor of the same run beside it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <thread>
#include <vector>

namespace dure::node {

inline double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The value below which `share` of `values` lie. `values` must not be empty.
inline double percentile(std::vector<double> values, double share) {
  const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

inline double median(const std::vector<double>& values) { return percentile(values, 0.5); }

/// What one round reached.
struct Round {
  double per_second = 0;
  double p99_ms = 0;
};

struct Rounds {
  std::vector<double> per_second, p99_ms;
  void add(const Round& round) {
    per_second.push_back(round.per_second);
    p99_ms.push_back(round.p99_ms);
  }
};

/// Calls `work(thread, call)` `each` times from every one of `threads` threads at once.
inline Round run_from_threads(std::size_t threads, std::size_t each,
                              const std::function<void(std::size_t, std::size_t)>& work) {
  std::vector<std::vector<double>> latencies(threads);
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> running;
  for (std::size_t thread = 0; thread < threads; ++thread) {
    running.emplace_back([&, thread] {
      for (std::size_t call = 0; call < each; ++call) {
        const auto begun = std::chrono::steady_clock::now();
        work(thread, call);
        latencies[thread].push_back(seconds_since(begun) * 1e3);
      }
    });
  }
  for (auto& thread : running) thread.join();
  const double seconds = seconds_since(start);
  std::vector<double> all;
  for (const auto& some : latencies) all.insert(all.end(), some.begin(), some.end());
  return {static_cast<double>(all.size()) / seconds, percentile(all, 0.99)};
}

/// Prints floor, product and the median of the ratios round by round; answers that ratio.
inline double report(const char* what, const Rounds& floor, const Rounds& product) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < product.per_second.size(); ++i) {
    ratios.push_back(product.per_second[i] / floor.per_second[i]);
  }
  std::printf(
      "%s: floor %.0f/s (p99 %.2f ms), dure %.0f/s (p99 %.2f ms), ratio %.2f (%.2f-%.2f over %zu "
      "rounds)\n",
      what, median(floor.per_second), median(floor.p99_ms), median(product.per_second),
      median(product.p99_ms), median(ratios), percentile(ratios, 0), percentile(ratios, 1),
      ratios.size());
  return median(ratios);
}

}  // namespace dure::node
