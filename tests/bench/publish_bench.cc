// SPDX-License-Identifier: Apache-2.0
// Durable publishing with 64 concurrent publishers against a 64-way group commit of the same bytes
// by bare SQLite.
//
//   bench_publish [publishers] [entries per publisher] [rounds]
#include <sodium.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "bench/bare_sqlite.h"
#include "bench/bench_report.h"
#include "publishing/publisher.h"
#include "storage/head_lock.h"
#include "storage/node_store.h"
#include "support/sample_entries.h"

namespace dure::node {
namespace {

constexpr std::size_t kBodyBytes = 1000;

struct Load {
  std::size_t publishers = 64;
  std::size_t each = 400;
};

std::string body_of(std::size_t number) {
  std::string body = R"({"title":{"ko":"사업 )" + std::to_string(number) + R"("},"text":")";
  body.append(kBodyBytes - body.size() - 2, 'x');
  return body + "\"}";
}

/// Runs `publish(number)` from all publishers at once.
Round run_load(const Load& load, const std::function<void(std::size_t)>& publish) {
  return run_from_threads(load.publishers, load.each, [&](std::size_t publisher, std::size_t i) {
    publish(publisher * load.each + i);
  });
}

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().detail.c_str());
  std::exit(3);
}

Round run_floor(const std::string& folder, const Load& load, const std::vector<std::string>& bodies,
                bool second) {
  BareGroupCommit floor(folder + (second ? "/floor2.db" : "/floor.db"), second);
  const std::string leaf = test_entry(1).leaf;
  const std::string salt(kSaltBytes, 's');
  return run_load(load, [&](std::size_t i) { floor.insert({leaf, salt, bodies[i]}); });
}

Round run_dure(const std::string& folder, const Load& load,
               const std::vector<std::string>& bodies) {
  must(NodeStore::create(folder + "/node.db", kTestOrigin));
  must(create_head_lock(folder + "/head.db"));
  const auto store = must(NodeStore::open(folder + "/node.db"));
  const auto lock = must(open_head_lock(folder + "/head.db"));
  const auto signer = test_signer();
  PublisherPorts ports{
      kTestOrigin,
      &store->own_log(),
      lock.get(),
      signer.get(),
      [] { return std::int64_t{1'800'000'000}; },
      [](std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }};
  const auto publisher = Publisher::start(ports, Recovered{});
  return run_load(load, [&](std::size_t i) {
    Submission submission;
    submission.type = "service";
    submission.body = bodies[i];
    must(publisher->publish(std::move(submission)));
  });
}

}  // namespace
}  // namespace dure::node

int main(int argc, char** argv) {
  using namespace dure::node;
  Load load;
  std::size_t rounds = 5;
  if (argc > 1) load.publishers = std::strtoul(argv[1], nullptr, 10);
  if (argc > 2) load.each = std::strtoul(argv[2], nullptr, 10);
  if (argc > 3) rounds = std::strtoul(argv[3], nullptr, 10);
  if (sodium_init() < 0) return 3;

  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < load.publishers * load.each; ++i) bodies.push_back(body_of(i));
  std::string folder =
      "bench-XXXXXX";  // here: the disk that matters is that of the working folder, not a RAM disk
  if (::mkdtemp(folder.data()) == nullptr) return 3;
  Rounds floor;
  Rounds two_syncs;
  Rounds dure;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::string here = folder + "/" + std::to_string(round);
    std::filesystem::create_directory(here);
    floor.add(run_floor(here, load, bodies, /*second=*/false));
    two_syncs.add(run_floor(here, load, bodies, /*second=*/true));
    dure.add(run_dure(here, load, bodies));
    std::filesystem::remove_all(here);
  }
  std::filesystem::remove_all(folder);
  report("durable publishing, entries", floor, dure);
  report("  beside a floor that syncs a second file too, as a head lock needs", two_syncs, dure);
  return 0;
}
