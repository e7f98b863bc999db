// SPDX-License-Identifier: Apache-2.0
// The truth about who signed what: one history for each installation, grown by the heads that its
// head lock takes. Knows more than any node, and is asked by the invariants only.
#pragma once

#include <map>
#include <string>

#include "simulation/simulated_node.h"

namespace dure::simulation {

struct Tree {
  std::uint64_t size = 0;
  Hash root{};
};

class HistoryBook {
 public:
  /// A head was locked. Returns what is wrong with that, empty if nothing.
  std::string locked(const Installation& on, std::string_view note);
  /// `from` lives on as `to`, with all it signed.
  void split(Network::Place from, Network::Place to) { histories_[to] = histories_[from]; }

  /// Whether `later` has the first `earlier.size` leaves of `earlier`; both are heads of `origin`.
  bool grows(const std::string& origin, const Tree& earlier, const Tree& later) const;
  const TreeLevels& of(Network::Place place) const;
  /// How many first leaves all histories of `origin` have in common.
  std::uint64_t agreed(const std::string& origin) const;

 private:
  struct History {
    std::string origin;
    TreeLevels tree;
  };
  std::map<Network::Place, History> histories_;
};

/// Size and root of a note's checkpoint; aborts on one that cannot be read, as only nodes make
/// them.
Tree tree_of_note(std::string_view note);

}  // namespace dure::simulation
