// SPDX-License-Identifier: Apache-2.0
// From a seed to the actions of a run, to what came of it, and to the shortest part of them that
// still goes wrong.
#pragma once

#include <string>
#include <vector>

#include "simulation/world.h"

namespace dure::simulation {

inline constexpr std::size_t kActionsPerSeed = 120;

std::vector<Action> actions_of(std::uint64_t seed);

struct Outcome {
  std::string violation;  // empty: none
  std::size_t steps = 0;  // actions until then
  Counters counters;
};
Outcome run(std::uint64_t seed, const std::vector<Action>& actions, Flaw flaw = Flaw::kNone);

/// Leaves actions out as long as the same invariant is broken.
std::vector<Action> shrink(std::uint64_t seed, std::vector<Action> actions, Flaw flaw);
/// The seed, what was broken, the shrunk actions, and how to run it again.
std::string explain(std::uint64_t seed, const Outcome& outcome, Flaw flaw);

/// What many seeds came to, for people.
class Tally {
 public:
  void add(const Outcome& outcome);
  std::string report(double seconds) const;

 private:
  std::uint64_t seeds_ = 0, steps_ = 0, violations_ = 0;
  Counters sum_;
};

}  // namespace dure::simulation
