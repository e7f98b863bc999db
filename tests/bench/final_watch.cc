// SPDX-License-Identifier: Apache-2.0
// Publishes ENTRIES entries one after the other, waits until each is final, and syncs in between as
// often as a publication does until then, on the same disk.
//
//   bench_final_watch DATA ENTRIES
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "app/data_folder.h"
#include "bench/bench_report.h"
#include "peer/control_client.h"

namespace dure::node {
namespace {

using nlohmann::json;
using std::chrono::steady_clock;

// One after the other: entry, head lock; a witness; a mirror's pending head, entry, head, and its
// word; the final head.
constexpr int kSyncs = 8;
constexpr double kPatienceSeconds = 60;

json ask(const std::string& socket, const char* method, const std::string& path,
         const std::string& body = {}) {
  const auto answer = call_control(socket, method, path, body, "application/octet-stream");
  if (!answer || answer->status != 200) {
    std::fprintf(stderr, "bench_final_watch: %s: %s\n", path.c_str(),
                 answer ? answer->body.c_str() : answer.error().detail.c_str());
    std::exit(1);
  }
  return json::parse(answer->body, nullptr, /*allow_exceptions=*/false);
}

std::string entry(std::uint64_t number) {
  return R"({"type":"service","title":{"ko":"방문 건강 관리 )" + std::to_string(number) +
         R"("},"summary":{"ko":"간호사가 찾아갑니다."},"department":{"ko":"보건소"},)"
         R"("contact":{"phone":"031-000-0000"},"regions":[{"scheme":"bjd","code":"4111000000"}],)"
         R"("status":{"code":"running"},"modified":"2026-03-01","licence":"kogl-1"})"
         "\n";
}

struct Times {
  std::vector<double> local, final, syncs;  // milliseconds
};

void publish(const std::string& socket, std::uint64_t number, Times& times) {
  const auto start = steady_clock::now();
  const auto published = ask(socket, "POST", "/control/v1/publish", entry(number));
  times.local.push_back(seconds_since(start) * 1e3);
  const auto size = std::to_string(published.value("size", std::uint64_t{0}));
  while (true) {
    const auto told = ask(socket, "GET", "/control/v1/finality?wait_ms=2000&size=" + size);
    if (told.value("state", "") == "final") break;
    if (seconds_since(start) < kPatienceSeconds) continue;
    std::fprintf(stderr, "bench_final_watch: not final: %s\n", told.dump(2).c_str());
    std::exit(1);
  }
  times.final.push_back(seconds_since(start) * 1e3);
}

/// As a WAL grows: a page with its header appended, then synced.
double sync_floor(int file) {
  static const std::string page(4096 + 24, 'x');
  const auto start = steady_clock::now();
  for (int i = 0; i < kSyncs; ++i) {
    if (write(file, page.data(), page.size()) != static_cast<ssize_t>(page.size()) ||
        fdatasync(file) != 0) {
      std::perror("bench_final_watch");
      std::exit(1);
    }
  }
  return seconds_since(start) * 1e3;
}

int watch(const std::string& data, std::uint64_t entries) {
  const std::string socket = DataFolder{data}.control_socket();
  const std::string path = data + "/floor";
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  Times times;
  for (std::uint64_t i = 0; i < entries; ++i) {
    publish(socket, i, times);
    times.syncs.push_back(sync_floor(file));
  }
  close(file);
  unlink(path.c_str());
  std::printf("publications %zu\n", times.final.size());
  std::printf("local_median_ms %.1f\n", median(times.local));
  std::printf("local_p99_ms %.1f\n", percentile(times.local, 0.99));
  std::printf("final_median_ms %.1f\n", median(times.final));
  std::printf("final_p99_ms %.1f\n", percentile(times.final, 0.99));
  std::printf("syncs %d\n", kSyncs);
  std::printf("syncs_median_ms %.1f\n", median(times.syncs));
  std::printf("syncs_p99_ms %.1f\n", percentile(times.syncs, 0.99));
  std::printf("ratio %.2f\n", median(times.final) / median(times.syncs));
  return 0;
}

}  // namespace
}  // namespace dure::node

int main(int count, char** words) {
  if (count != 3) {
    std::fprintf(stderr, "usage: bench_final_watch DATA ENTRIES\n");
    return 2;
  }
  return dure::node::watch(words[1], std::strtoull(words[2], nullptr, 10));
}
