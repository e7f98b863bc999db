// SPDX-License-Identifier: Apache-2.0
#include "simulation/runs.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

namespace dure::simulation {
namespace {

/// How often each act is drawn.
constexpr std::array<unsigned, kActs> kWeights = {
    /*publish*/ 200,       /*erase*/ 50,  /*pull*/ 300,      /*cosign*/ 90,
    /*charters*/ 60,
    /*finish-erasing*/ 30, /*time*/ 60,   /*partition*/ 25,  /*heal*/ 25,
    /*crash*/ 50,
    /*power-cut*/ 15,      /*start*/ 110, /*disk-fault*/ 40, /*backup*/ 30,
    /*restore*/ 20,
    /*lose-database*/ 10,  /*clone*/ 2,   /*equivocate*/ 4,  /*propose*/ 12,
    /*sign*/ 25,
    /*charter-fork*/ 2,    /*skew*/ 12,   /*noise*/ 20,      /*late*/ 20};

std::string kind_of(const std::string& violation) { return violation.substr(0, 2); }

void add_all(Counters& sum, const Counters& more) {
  for (std::size_t i = 0; i < kActs; ++i) sum.acts[i] += more.acts[i];
  for (const auto member :
       {&Counters::published, &Counters::erased, &Counters::final_entries, &Counters::forks_proven,
        &Counters::healed, &Counters::crashes, &Counters::charters_adopted,
        &Counters::charter_conflicts, &Counters::lost_for_good, &Counters::twins_stopped,
        &Counters::requests})
    sum.*member += more.*member;
}

std::string line(const char* name, std::uint64_t value) {
  return std::string("  ") + name + " " + std::to_string(value) + "\n";
}

}  // namespace

std::vector<Action> actions_of(std::uint64_t seed) {
  Random random(seed ^ 0xA5A5A5A5A5A5A5A5U);
  const unsigned total = std::accumulate(kWeights.begin(), kWeights.end(), 0U);
  std::vector<Action> actions(kActionsPerSeed);
  for (Action& action : actions) {
    auto ticket = static_cast<unsigned>(random.below(total));
    std::size_t act = 0;
    while (ticket >= kWeights[act]) ticket -= kWeights[act++];
    action = {static_cast<Act>(act), random.next()};
  }
  return actions;
}

Outcome run(std::uint64_t seed, const std::vector<Action>& actions, Flaw flaw) {
  World world(seed, flaw);
  Outcome outcome;
  for (const Action& action : actions) {
    world.perform(action);
    ++outcome.steps;
    if (!world.violation().empty()) break;
  }
  if (world.violation().empty()) world.settle();
  outcome.violation = world.violation();
  outcome.counters = world.counters();
  return outcome;
}

std::vector<Action> shrink(std::uint64_t seed, std::vector<Action> actions, Flaw flaw) {
  const std::string kind = kind_of(run(seed, actions, flaw).violation);
  for (std::size_t length = actions.size() / 2; length > 0; length /= 2) {
    for (std::size_t begin = 0; begin + length <= actions.size();) {
      auto fewer = actions;
      const auto from = fewer.begin() + static_cast<std::ptrdiff_t>(begin);
      fewer.erase(from, from + static_cast<std::ptrdiff_t>(length));
      if (kind_of(run(seed, fewer, flaw).violation) == kind) {
        actions = std::move(fewer);
      } else {
        begin += length;
      }
    }
  }
  return actions;
}

std::string explain(std::uint64_t seed, const Outcome& outcome, Flaw flaw) {
  auto actions = actions_of(seed);
  std::string text = "seed " + std::to_string(seed) + ": " + outcome.violation + "\n";
  const auto shorter = shrink(seed, actions, flaw);
  const auto again = run(seed, shorter, flaw);
  text += "  of " + std::to_string(actions.size()) +
          " actions these are enough (then: " + again.violation + "):\n";
  for (const Action& action : shorter) {
    char draw[32];
    std::snprintf(draw, sizeof draw, "%016llx", static_cast<unsigned long long>(action.draw));
    text += std::string("    ") + name_of(action.act) + " " + draw + "\n";
  }
  return text + "  again: DURE_SIM_SEED=" + std::to_string(seed) +
         " DURE_SIM_SEEDS=1 simulation_test --gtest_filter=Simulation.Seeds\n";
}

void Tally::add(const Outcome& outcome) {
  ++seeds_;
  steps_ += outcome.steps;
  violations_ += outcome.violation.empty() ? 0U : 1U;
  add_all(sum_, outcome.counters);
}

std::string Tally::report(double seconds) const {
  std::string text = "simulation: " + std::to_string(seeds_) + " seeds, " + std::to_string(steps_) +
                     " actions\n  ";
  for (std::size_t i = 0; i < kActs; ++i)
    text += std::string(name_of(static_cast<Act>(i))) + " " + std::to_string(sum_.acts[i]) +
            (i + 1 == kActs ? "\n"
             : i % 8 == 7   ? ",\n  "
                            : ", ");
  text += line("entries published", sum_.published) + line("entries final", sum_.final_entries) +
          line("erasures", sum_.erased) + line("forks proven", sum_.forks_proven) +
          line("twins that stopped signing", sum_.twins_stopped) +
          line("entries healed from mirrors", sum_.healed) + line("crashes", sum_.crashes) +
          line("charters adopted", sum_.charters_adopted) +
          line("charter conflicts", sum_.charter_conflicts) +
          line("logs lost for good", sum_.lost_for_good) + line("requests", sum_.requests) +
          line("violations", violations_);
  char took[64];
  std::snprintf(took, sizeof took, "  seconds of CPU %.1f\n", seconds);
  return text + took;
}

}  // namespace dure::simulation
