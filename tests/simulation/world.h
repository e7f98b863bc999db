// SPDX-License-Identifier: Apache-2.0
// The world that the nodes live in: machines, time, people who do things to them. One world runs
// one seed, in one thread, the same way every time.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "simulation/finality.h"

namespace dure::simulation {

enum class Act {
  kPublish,
  kErase,
  kPull,
  kCosign,
  kCharters,
  kFinishErasing,
  kTime,
  kPartition,
  kHeal,
  kCrash,      // at one of the next writes
  kPowerCut,   // now
  kStart,      // a machine that is down, else one that is up anew
  kDiskFault,  // at one of the next writes: not persisted, or persisted but unanswered
  kBackup,
  kRestore,
  kLoseDatabase,
  kClone,
  kEquivocate,
  kPropose,
  kSign,
  kCharterFork,
  kSkew,
  kNoise,
  kLate,
};
inline constexpr std::size_t kActs = static_cast<std::size_t>(Act::kLate) + 1;
const char* name_of(Act act);

/// Everything that is drawn for it comes from `draw`, so that others can be left out.
struct Action {
  Act act = Act::kPublish;
  std::uint64_t draw = 0;
};

struct Counters {
  std::array<std::uint64_t, kActs> acts{};
  std::uint64_t published = 0, erased = 0, final_entries = 0, forks_proven = 0, healed = 0,
                crashes = 0, charters_adopted = 0, charter_conflicts = 0, lost_for_good = 0,
                twins_stopped = 0, requests = 0;
};

class World {
 public:
  World(std::uint64_t seed, Flaw flaw);
  ~World();

  void perform(const Action& action);
  /// Everything that is broken is mended, enough time passes, and the rest is checked.
  void settle();

  /// The first invariant that was broken, with what broke it; empty as long as none was.
  const std::string& violation() const { return violation_; }
  const Counters& counters() const { return counters_; }

 private:
  struct Machine {
    explicit Machine(Installation given) : on(std::move(given)) {}
    Installation on;
    std::unique_ptr<SimulatedNode> node;  // null while it is down
    Finality finality;
    std::optional<NodeDb> backup;
    std::optional<NodeDb> synced;  // of kEagerMirror: what a power cut leaves
  };
  using Holding = std::pair<std::string, Network::Place>;  // origin, mirror

  // What the actions are made of (actions.cc).
  Machine& pick(Random& random);
  Machine* pick_running(Random& random);
  void publish(Machine& machine, Random& random);
  void erase(Machine& machine, Random& random);
  void cosign(Machine& machine);
  void partition(Random& random);
  void arm(Machine& machine, Random& random, bool crash);
  void start_one(Random& random);
  void restore(Machine& machine, Random& random);
  void lose_database(Machine& machine, Random& random);
  void clone(Machine& machine, bool honest);
  void propose(Machine& machine, Random& random);
  void sign(Machine& machine, Random& random);
  void fork_charter(Random& random);
  void set_noise(Random& random);

  void perform_on(Act act, Random& random);
  void perform_on_node(Act act, Machine& machine, Random& random);
  void start(Machine& machine);
  void stop(Machine& machine, bool clean);
  /// Machines whose power was cut meanwhile.
  void reap();
  bool may_lose(const Machine& machine, const NodeDb& instead, Random& random) const;
  bool held_elsewhere(const Machine& machine, const std::string& origin, const Tree& tree) const;
  void replace_database(Machine& machine, NodeDb db);
  bool may_sign(std::size_t steward, std::uint64_t version, const std::string& text);
  void cosigned(const Installation& on, const WitnessedHead& next);
  void become_final(const FinalHead& head);

  // What must hold (invariants.cc).
  void violate(const std::string& what);
  void check_held();
  void check_erased();
  void check_charters();
  void check_forks();
  void check_forks_of(const std::string& origin);
  void check_live();
  void check_copies_of(const Machine& home);
  void round();
  void settle_down();
  std::string digest() const;
  bool is_split(const std::string& origin) const { return split_ && *split_ == origin; }
  bool lost_for_good(const Machine& machine) const;

  Random random_;
  const Flaw flaw_;
  std::size_t members_;
  std::int64_t now_ = kEpoch;
  Network network_;
  Surroundings surroundings_;
  std::vector<std::unique_ptr<Machine>> machines_;
  HistoryBook book_;

  std::optional<std::string> split_;  // the log that has two histories, by twins or by lying
  bool lying_stewards_ = false;
  std::map<std::pair<std::size_t, std::uint64_t>, std::string> steward_signed_;
  std::map<std::string, std::set<std::uint64_t>> asked_to_erase_;  // by origin
  std::map<Holding, Tree> cosigned_;                               // newest, by origin and witness
  std::map<Holding, Tree> held_;                                   // newest that it said it holds
  std::map<std::string, Tree> final_;                              // newest, by origin
  std::uint64_t bodies_ = 0;
  std::string violation_;
  Counters counters_;
};

}  // namespace dure::simulation
