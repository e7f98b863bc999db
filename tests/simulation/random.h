// SPDX-License-Identifier: Apache-2.0
// All chance in a simulation comes from one seed. SplitMix64: small, and the same everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dure::simulation {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  /// Below `bound`, which is at least 1.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }
  bool one_in(std::size_t count) { return below(count) == 0; }
  bool percent(std::size_t chance) { return below(100) < chance; }
  void fill(std::span<std::uint8_t> out) {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(next());
  }
  /// A stream of its own: how much is drawn from it does not change what comes from this one.
  Random split() { return Random(next()); }

 private:
  std::uint64_t state_;
};

}  // namespace dure::simulation
