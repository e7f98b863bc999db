// SPDX-License-Identifier: Apache-2.0
// Storing verified bundles of a mirrored log against bare inserts of the same rows, and reading
// tiles back.
//
//   bench_store [entries] [rounds]
#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/bare_sqlite.h"
#include "bench/bench_report.h"
#include "storage/node_store.h"
#include "support/sample_entries.h"

namespace dure::node {
namespace {

constexpr const char* kPeerOrigin = "yongin.example/dure/1";
constexpr std::size_t kBodyBytes = 700;  // with leaf and salt: about 1 KB

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().detail.c_str());
  std::exit(3);
}

/// The same bundle again and again costs no memory; only its place differs, and storage looks at
/// nothing else.
VerifiedBundle sample_bundle() {
  VerifiedBundle bundle;
  for (std::uint64_t i = 0; i < kTileWidth; ++i) {
    bundle.entries.push_back(test_mirrored(i));
    bundle.entries.back().body.resize(kBodyBytes, 'x');
    bundle.leaf_hashes.push_back(hash_leaf(bundle.entries.back().leaf));
  }
  return bundle;
}

Round run_floor(const std::string& folder, std::size_t bundles, const VerifiedBundle& sample) {
  BareSqlite floor(folder + "/floor.db");
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < bundles; ++i) {
    if (i % 16 == 0) floor.run("BEGIN IMMEDIATE");
    for (const auto& entry : sample.entries) {
      floor.insert({entry.leaf,
                    {reinterpret_cast<const char*>(entry.salt->data()), kSaltBytes},
                    entry.body});
    }
    if (i % 16 == 15 || i + 1 == bundles) floor.run("COMMIT");
  }
  return {static_cast<double>(bundles * kTileWidth) / seconds_since(start), 0};
}

Round run_dure(NodeStore& store, LogId log, std::size_t bundles, const VerifiedBundle& sample) {
  const auto start = std::chrono::steady_clock::now();
  std::atomic<std::size_t> failed{0};
  for (std::size_t i = 0; i < bundles; ++i) {
    VerifiedBundle bundle = sample;
    bundle.first = i * kTileWidth;
    store.mirrors().store(log, std::move(bundle),
                          [&](const Status& status) { failed += status ? 0U : 1U; });
  }
  must(store.mirrors().begin(log, "pending"));  // returns after everything before it
  if (failed > 0) std::exit(3);
  return {static_cast<double>(bundles * kTileWidth) / seconds_since(start), 0};
}

void read_tiles(NodeStore& store, LogId log, std::size_t bundles) {
  for (const TileKind kind : {TileKind::kHashes, TileKind::kEntries, TileKind::kBodies}) {
    constexpr std::size_t kReads = 5000;
    const auto start = std::chrono::steady_clock::now();
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < kReads; ++i)
      bytes += must(store.reader().tile(log, {kind, 0, i * 7919 % bundles})).size();
    const double seconds = seconds_since(start);
    constexpr const char* kNames[] = {"hash tiles", "entry bundles", "body bundles"};
    std::printf("%s: %.0f/s, %.0f MB/s\n", kNames[static_cast<int>(kind)], kReads / seconds,
                static_cast<double>(bytes) / seconds / 1e6);
  }
}

LogId add_peer(NodeStore& store) {
  const auto vkey = test_signer(kPeerOrigin)->verifier().format();
  must(store.peer_book().add(
      {0, {kPeerOrigin, "용인시", "41460", Role::kTown, "http://peer", vkey}, "http://peer"}));
  return must(store.reader().log_by_origin(kPeerOrigin)).id;
}

void run_rounds(const std::string& folder, std::size_t bundles, std::size_t rounds) {
  const VerifiedBundle sample = sample_bundle();
  Rounds floor;
  Rounds dure;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::string here = folder + "/" + std::to_string(round);
    std::filesystem::create_directory(here);
    floor.add(run_floor(here, bundles, sample));
    must(NodeStore::create(here + "/node.db", kTestOrigin));
    const auto store = must(NodeStore::open(here + "/node.db"));
    const LogId log = add_peer(*store);
    dure.add(run_dure(*store, log, bundles, sample));
    if (round + 1 == rounds) read_tiles(*store, log, bundles);
    std::filesystem::remove_all(here);
  }
  report("storing verified bundles, entries", floor, dure);
}

}  // namespace
}  // namespace dure::node

int main(int argc, char** argv) {
  const std::size_t entries = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200'000;
  const std::size_t rounds = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 5;
  std::string folder =
      "bench-XXXXXX";  // here: the disk that matters is that of the working folder, not a RAM disk
  if (::mkdtemp(folder.data()) == nullptr) return 3;
  dure::node::run_rounds(folder, entries / dure::kTileWidth, rounds);
  std::filesystem::remove_all(folder);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("peak resident memory %ld MB\n", usage.ru_maxrss / 1024);
  return 0;
}
