// SPDX-License-Identifier: Apache-2.0
// Thousands of seeds against the invariants, and planted bugs that they must find.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <iostream>

#include "simulation/runs.h"

namespace dure::simulation {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  const auto value = parse_decimal(text == nullptr ? "" : text);
  return value ? *value : otherwise;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

TEST(Simulation, Seeds) {
  const std::uint64_t first = from_environment("DURE_SIM_SEED", 1);
  const std::uint64_t count = from_environment("DURE_SIM_SEEDS", DURE_SIM_DEFAULT_SEEDS);
  const double begin = cpu_seconds();
  Tally tally;
  for (std::uint64_t seed = first; seed - first < count; ++seed) {
    const auto outcome = run(seed, actions_of(seed));
    tally.add(outcome);
    if (!outcome.violation.empty()) {
      ADD_FAILURE() << explain(seed, outcome, Flaw::kNone);
      break;
    }
  }
  std::cout << tally.report(cpu_seconds() - begin);
}

TEST(Simulation, IsTheSameEveryTime) {
  for (const std::uint64_t seed : {3U, 4U}) {
    const auto one = run(seed, actions_of(seed)), other = run(seed, actions_of(seed));
    EXPECT_EQ(one.counters.requests, other.counters.requests);
    EXPECT_EQ(one.counters.published, other.counters.published);
    EXPECT_EQ(one.counters.final_entries, other.counters.final_entries);
  }
}

struct Planted {
  const char* name;
  Flaw flaw;
  const char* invariants;  // that may be the first to be broken
};
constexpr std::uint64_t kWithin = 50;  // seeds

class PlantedBug : public testing::TestWithParam<Planted> {};

TEST_P(PlantedBug, IsFound) {
  const Planted& planted = GetParam();
  for (std::uint64_t seed = 1; seed <= kWithin; ++seed) {
    const auto outcome = run(seed, actions_of(seed), planted.flaw);
    if (outcome.violation.empty()) continue;
    std::cout << "planted " << planted.name << ": found with seed " << seed << ", after "
              << outcome.steps << " actions: " << outcome.violation << "\n";
    EXPECT_NE(std::string(planted.invariants).find(outcome.violation.substr(0, 2)),
              std::string::npos);
    return;
  }
  FAIL() << planted.name << " was not found within " << kWithin << " seeds";
}

INSTANTIATE_TEST_SUITE_P(Flaws, PlantedBug,
                         testing::Values(Planted{"ForgetfulWitness", Flaw::kForgetfulWitness, "I1"},
                                         Planted{"LazyHeadLock", Flaw::kLazyHeadLock, "I1 I6"},
                                         Planted{"DeafRestore", Flaw::kDeafRestore, "I6"},
                                         Planted{"ForgottenErasures", Flaw::kForgottenErasures,
                                                 "I3"},
                                         Planted{"EagerMirror", Flaw::kEagerMirror, "I2"}),
                         [](const auto& planted) { return std::string(planted.param.name); });

}  // namespace
}  // namespace dure::simulation
