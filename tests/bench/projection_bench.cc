// SPDX-License-Identifier: Apache-2.0
// Folding a whole log into the catalogue, from leaf and JSON body to searchable, beside a bare
// full-text insert of the same texts in the same run. With `own`, only the catalogue's side runs,
// so that its memory is not hidden by the floor's.
//
//   bench_projection [documents=100000] [rounds=3] [own]
#include <malloc.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "bench/bare_fts.h"
#include "catalogue/indexer.h"
#include "storage/catalogue_store.h"

namespace dure::node {
namespace {

/// A line of /proc/self/status in MiB.
double memory_mib(const char* name) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.rfind(name, 0) == 0)
      return std::strtod(line.c_str() + std::strlen(name) + 1, nullptr) / 1024;
  }
  return 0;
}

/// From here on VmHWM counts anew.
void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

struct Folding {
  Spent spent;
  double first_tenth = 0, last_tenth = 0;  // seconds
  double memory_before = 0, memory_peak = 0, memory_after = 0;
  double tidy = 0;
};

Folding fold(const std::string& path, CorpusLog& log, std::uint64_t all) {
  Folding folding;
  forget_peak();
  folding.memory_before = memory_mib("VmRSS:");
  auto store = open_catalogue(path);
  must(store.has_value(), "catalogue");
  Indexer indexer(**store, log);
  const Watch watch;
  // Reading is one batch ahead at both places.
  double first_end = 0, last_begin = 0;
  log.on_scan = [&](std::uint64_t first) {
    if (first_end == 0 && first >= all / 10) first_end = watch.spent().wall;
    if (last_begin == 0 && first >= all - all / 10) last_begin = watch.spent().wall;
  };
  must(indexer.run_once().has_value(), "fold");
  log.on_scan = {};
  folding.spent = watch.spent();
  folding.first_tenth = first_end;
  folding.last_tenth = folding.spent.wall - last_begin;
  folding.memory_peak = memory_mib("VmHWM:");
  folding.memory_after = memory_mib("VmRSS:");
  must(indexer.counters().folded == all, "every entry folded");
  const Watch tidying;
  for (auto more = (*store)->tidy(); more && *more; more = (*store)->tidy()) {
  }
  folding.tidy = tidying.spent().wall;
  return folding;
}

void print(const char* what, const Spent& spent, double count, const Spent& product) {
  std::printf(
      "  %-42s %7.0f/s  %5.1f us processor each;  catalogue/floor %.2f (writing thread %.2f)\n",
      what, count / spent.wall, spent.processor / count * 1e6, spent.wall / product.wall,
      spent.thread / product.thread);
}

void bench(std::uint64_t count, int rounds, bool own_only) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("bench-projection-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  CorpusLog log(count);
  const auto n = static_cast<double>(count);
  std::vector<CatalogueChange> ring;
  for (std::size_t i = 0; !own_only && i < log.bodies(); ++i) ring.push_back(log.change(i));
  for (int round = 0; round < rounds; ++round) {
    const Folding folding = fold((folder / "catalogue.db").string(), log, count);
    std::printf(
        "%llu documents: catalogue %.0f/s, %.1f us processor each, %.1f of it the writing "
        "thread's; "
        "us each in the first tenth %.1f, in the last %.1f; tidying after it %.1f s\n",
        static_cast<unsigned long long>(count), n / folding.spent.wall,
        folding.spent.processor / n * 1e6, folding.spent.thread / n * 1e6,
        folding.first_tenth / n * 1e7, folding.last_tenth / n * 1e7, folding.tidy);
    std::printf("  memory: %.1f MiB before, peak %.1f, after %.1f\n", folding.memory_before,
                folding.memory_peak, folding.memory_after);
    const auto floor = [&](const char* what, std::size_t batch, int columnsize,
                           const char* options) {
      const std::string path = (folder / "bare.db").string();
      print(what, bare_insert(path, ring, count, batch, columnsize, options), n, folding.spent);
      for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
    };
    if (!own_only) {
      floor("bare insert, FTS5 as it comes, 1000 a time", 1000, 1, kFtsDefaults);
      floor("bare insert, our options, 1000 a time", 1000, 0, kFtsTuned);
      floor("bare insert, our options, 4000 a time", 4000, 0, kFtsTuned);
    }
    for (const char* suffix : {"", "-wal", "-shm"})
      std::filesystem::remove((folder / "catalogue.db").string() + suffix);
    std::fflush(stdout);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace dure::node

int main(int argc, char** argv) {
  mallopt(M_ARENA_MAX, 2);  // as the program does
  const std::uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  dure::node::bench(count, rounds, argc > 3);
  return 0;
}
