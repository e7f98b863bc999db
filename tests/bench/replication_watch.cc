// SPDX-License-Identifier: Apache-2.0
// Waits until a running node has stored, and then made searchable, ENTRIES entries, own and
// mirrored; prints the seconds since it was started.
//
//   bench_replication_watch DATA ENTRIES
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "app/data_folder.h"
#include "bench/bench_report.h"
#include "peer/control_client.h"

namespace dure::node {
namespace {

constexpr std::chrono::milliseconds kBetween{25};
constexpr double kPatienceSeconds = 3600;

struct Progress {
  std::uint64_t stored = 0, missing = 0, indexed = 0;
};

Progress ask(const std::string& socket) {
  const auto answer = call_control(socket, "GET", "/control/v1/status");
  if (!answer || answer->status != 200) return {};
  const auto report = nlohmann::json::parse(answer->body, nullptr, /*allow_exceptions=*/false);
  Progress progress;
  progress.stored = report.value("size", std::uint64_t{0});
  for (const auto& peer : report.value("peers", nlohmann::json::array())) {
    progress.stored += peer.value("size", std::uint64_t{0});
    progress.missing += peer.value("lag", std::uint64_t{0});
  }
  progress.indexed = report["indexing"].value("indexed", std::uint64_t{0});
  return progress;
}

int watch(const std::string& socket, std::uint64_t entries) {
  const auto start = std::chrono::steady_clock::now();
  double durable = 0;
  while (seconds_since(start) < kPatienceSeconds) {
    const Progress progress = ask(socket);
    if (durable == 0 && progress.stored >= entries && progress.missing == 0) {
      durable = seconds_since(start);
      std::printf("durable %.3f\n", durable);
      std::fflush(stdout);
    }
    if (durable != 0 && progress.indexed >= entries) {
      std::printf("searchable %.3f\n", seconds_since(start));
      return 0;
    }
    std::this_thread::sleep_for(kBetween);
  }
  std::fprintf(stderr, "bench_replication_watch: gave up\n");
  return 1;
}

}  // namespace
}  // namespace dure::node

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bench_replication_watch DATA ENTRIES\n");
    return 2;
  }
  return dure::node::watch(dure::node::DataFolder{argv[1]}.control_socket(),
                           std::strtoull(argv[2], nullptr, 10));
}
