// SPDX-License-Identifier: Apache-2.0
// A witness of many logs on one core, each request durable before it is answered, against the same
// number of signature verifications and as many rows committed in groups by bare SQLite.
// Once with Ed25519 alone and once with every second log under P-256, as in a mixed federation.
//
//   bench_witness [logs] [requests per log] [rounds]
#include <sched.h>
#include <sodium.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "bench/bare_sqlite.h"
#include "bench/bench_report.h"
#include "storage/head_lock.h"
#include "support/growing_log.h"
#include "witnessing/witness.h"

namespace dure::node {
namespace {

struct Load {
  std::vector<GrowingLog> logs;
  std::vector<std::vector<std::string>> bodies;  // by log, in order
};

enum class Suites { kEd25519, kMixed };

Load make_load(std::size_t logs, std::size_t each, Suites suites) {
  Load load;
  for (std::size_t log = 0; log < logs; ++log) {
    const bool p256 = suites == Suites::kMixed && log % 2 == 1;
    auto& grown = load.logs.emplace_back("town" + std::to_string(log) + ".example/dure/1",
                                         static_cast<std::uint8_t>(log + 1),
                                         p256 ? KeyType::kEcdsaP256 : KeyType::kEd25519);
    grown.grow(each);
    auto& bodies = load.bodies.emplace_back();
    for (std::uint64_t size = 0; size < each; ++size) bodies.push_back(grown.body(size, size + 1));
  }
  return load;
}

/// Asks `handle(log, body)` for every request, all logs at once, each in its own order.
Round run_load(const Load& load,
               const std::function<void(std::size_t, const std::string&)>& handle) {
  return run_from_threads(
      load.logs.size(), load.bodies.front().size(),
      [&](std::size_t log, std::size_t i) { handle(log, load.bodies[log][i]); });
}

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().detail.c_str());
  std::exit(3);
}

Round run_floor(const std::string& folder, const Load& load) {
  BareGroupCommit floor(folder + "/floor.db");
  return run_load(load, [&](std::size_t log, const std::string& body) {
    const auto note = must(parse_note(body.substr(body.find("\n\n") + 2)));
    const std::vector keys = {load.logs[log].key()};
    must(verify_note(note, keys));
    floor.insert({load.logs[log].origin(), {}, note.text});
  });
}

Round run_dure(const std::string& folder, const Load& load, const Signer& signer) {
  must(create_head_lock(folder + "/head.db"));
  const auto lock = must(open_head_lock(folder + "/head.db"));
  const auto witness =
      must(Witness::open({lock.get(), &signer, [] { return std::int64_t{1'800'000'000}; }}));
  WitnessedLogs logs;
  for (const auto& log : load.logs) logs[log.origin()] = {log.key()};
  witness->set_logs(logs);
  return run_load(load, [&](std::size_t, const std::string& body) {
    if (!must(witness->add_checkpoint(body)).signature_line.empty()) return;
    std::fprintf(stderr, "a growing log was refused\n");
    std::exit(3);
  });
}

/// One row of the report; every round in turn, so that both meet the same machine.
void compare(const char* what, const Load& load, const Signer& signer, std::size_t rounds) {
  std::string folder = "bench-XXXXXX";  // here: the disk that matters is that of this folder
  if (::mkdtemp(folder.data()) == nullptr) std::exit(3);
  Rounds floor;
  Rounds dure;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::string here = folder + "/" + std::to_string(round);
    std::filesystem::create_directory(here);
    floor.add(run_floor(here, load));
    dure.add(run_dure(here, load, signer));
    std::filesystem::remove_all(here);
  }
  std::filesystem::remove_all(folder);
  report(what, floor, dure);
}

void use_one_core() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(0, &cores);
  if (sched_setaffinity(0, sizeof cores, &cores) != 0) std::exit(3);
}

}  // namespace
}  // namespace dure::node

int main(int argc, char** argv) {
  using namespace dure;
  using namespace dure::node;
  const std::size_t logs = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200;
  const std::size_t each = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 40;
  const std::size_t rounds = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 5;
  if (sodium_init() < 0 || logs == 0 || logs > 255 || each == 0) return 3;
  use_one_core();
  Secret<32> seed;
  randombytes_buf(seed.data(), 32);
  const auto signer =
      must(make_ed25519_signer("bench.example/dure/witness", KeyType::kCosignatureV1, seed));
  std::printf("%zu logs at once, one core\n", logs);
  compare("add-checkpoint, durable", make_load(logs, each, Suites::kEd25519), *signer, rounds);
  compare("add-checkpoint, half P-256", make_load(logs, each, Suites::kMixed), *signer, rounds);
  return 0;
}
