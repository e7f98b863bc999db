// SPDX-License-Identifier: Apache-2.0
#include "simulation/world.h"

#include <algorithm>

namespace dure::simulation {

const char* name_of(Act act) {
  static constexpr std::array<const char*, kActs> kNames = {
      "publish",    "erase",     "pull",         "cosign",        "charters",  "finish-erasing",
      "time",       "partition", "heal",         "crash",         "power-cut", "start",
      "disk-fault", "backup",    "restore",      "lose-database", "clone",     "equivocate",
      "propose",    "sign",      "charter-fork", "skew",          "noise",     "late"};
  return kNames[static_cast<std::size_t>(act)];
}

World::World(std::uint64_t seed, Flaw flaw)
    : random_(seed), flaw_(flaw), members_(3 + random_.below(2)), network_(random_.split()) {
  surroundings_.network = &network_;
  surroundings_.now = &now_;
  // Reading a charter costs as much as everything else that a node does at a start.
  if (random_.one_in(3)) surroundings_.founding = &founding(members_);
  surroundings_.locked = [this](const Installation& on, std::string_view note) {
    const auto wrong = book_.locked(on, note);
    if (!wrong.empty()) violate("I1: " + wrong);
  };
  surroundings_.cosigned = [this](const Installation& on, const WitnessedHead& next) {
    cosigned(on, next);
  };
  for (std::size_t i = 0; i < members_; ++i) {
    machines_.push_back(
        std::make_unique<Machine>(Installation(i, identities()[i], members_, random_.split())));
    machines_.back()->on.flaw = flaw_;
  }
  for (auto& machine : machines_) start(*machine);
}

World::~World() {
  for (auto& machine : machines_) stop(*machine, /*clean=*/false);
}

void World::violate(const std::string& what) {
  if (violation_.empty()) violation_ = what;
}

void World::start(Machine& machine) {
  machine.on.power.restore();
  machine.finality = Finality();
  if (flaw_ == Flaw::kEagerMirror) machine.synced = machine.on.disk.node_db;
  auto node = SimulatedNode::open(machine.on, surroundings_);
  if (node) {
    machine.node = *std::move(node);
  } else {
    network_.detach(machine.on.place);
  }
}

void World::stop(Machine& machine, bool clean) {
  if (!machine.node) return;
  counters_.healed += machine.node->healed();
  machine.node->close(clean);
  machine.node.reset();
  if (clean || !machine.synced) return;
  auto& logs = machine.on.disk.node_db.logs;
  for (std::size_t i = 1; i < logs.size() && i < machine.synced->logs.size(); ++i)
    logs[i] = machine.synced->logs[i];
}

void World::reap() {
  for (auto& machine : machines_) {
    if (!machine->node || machine->on.power.on()) continue;
    ++counters_.crashes;
    stop(*machine, /*clean=*/false);
  }
}

/// A witness never goes back and never cosigns both sides of a fork.
void World::cosigned(const Installation& on, const WitnessedHead& next) {
  // What it believes to have cosigned before (its own file may have lost that) does not count here.
  auto& last = cosigned_[{next.origin, on.place}];
  const Tree now{next.tree.size, next.tree.root};
  if (now.size < last.size || (last.size > 0 && !book_.grows(next.origin, last, now)))
    violate("I1: the witness at " + std::to_string(on.place) + " cosigned two histories of " +
            next.origin + ", at " + std::to_string(last.size) + " and " + std::to_string(now.size));
  last = now;
}

void World::become_final(const FinalHead& head) {
  Tree& newest = final_[head.origin];
  if (newest.size > 0 && !book_.grows(head.origin, newest, head.tree) &&
      !book_.grows(head.origin, head.tree, newest))
    violate("I1: two histories of " + head.origin + " are final, at " +
            std::to_string(newest.size) + " and " + std::to_string(head.tree.size));
  if (head.tree.size > newest.size) newest = head.tree;
  for (const Network::Place holder : head.holders) held_[{head.origin, holder}] = head.tree;
}

bool World::held_elsewhere(const Machine& machine, const std::string& origin,
                           const Tree& tree) const {
  return std::any_of(machines_.begin(), machines_.end(), [&](const auto& other) {
    if (other.get() == &machine || !other->on.honest) return false;
    const auto& logs = other->on.disk.node_db.logs;
    return std::any_of(logs.begin(), logs.end(), [&](const LogTable& log) {
      return log.origin == origin && log.tree.has(tree.size, tree.root);
    });
  });
}

/// Disasters do not take the last copy of what is final, and seldom the only copy of what is not.
bool World::may_lose(const Machine& machine, const NodeDb& instead, Random& random) const {
  for (const auto& head : final_) {
    const auto& logs = instead.logs;
    const bool kept = std::any_of(logs.begin(), logs.end(), [&](const LogTable& log) {
      return log.origin == head.first && log.tree.has(head.second.size, head.second.root);
    });
    if (!kept && !held_elsewhere(machine, head.first, head.second)) return false;
  }
  const TreeLevels& own = book_.of(machine.on.place);
  const Tree signed_tree{own.size(), own.root_at(own.size())};
  return own.size() == 0 || instead.logs[0].tree.has(signed_tree.size, signed_tree.root) ||
         held_elsewhere(machine, machine.on.who->origin, signed_tree) || random.percent(5);
}

void World::replace_database(Machine& machine, NodeDb db) {
  stop(machine, /*clean=*/true);
  machine.on.disk.node_db = std::move(db);
  std::erase_if(held_, [&](const auto& item) { return item.first.second == machine.on.place; });
}

bool World::may_sign(std::size_t steward, std::uint64_t version, const std::string& text) {
  auto& before = steward_signed_[{steward, version}];
  if (before.empty()) before = text;
  return lying_stewards_ || before == text;
}

void World::perform(const Action& action) {
  Random random(action.draw);
  ++counters_.acts[static_cast<std::size_t>(action.act)];
  now_ += static_cast<std::int64_t>(random.below(20));
  perform_on(action.act, random);
  reap();
  check_held();
}

}  // namespace dure::simulation
