// SPDX-License-Identifier: Apache-2.0
// What may happen in the world.
#include <algorithm>

#include "dure/entry.h"
#include "dure/erasure.h"
#include "simulation/world.h"

namespace dure::simulation {

World::Machine& World::pick(Random& random) { return *machines_[random.below(machines_.size())]; }

World::Machine* World::pick_running(Random& random) {
  std::vector<Machine*> running;
  for (auto& machine : machines_) {
    if (machine->node) running.push_back(machine.get());
  }
  return running.empty() ? nullptr : running[random.below(running.size())];
}

void World::perform_on(Act act, Random& random) {
  switch (act) {
    case Act::kTime:
      now_ += static_cast<std::int64_t>(random.below(random.one_in(4) ? 4000 : 120));
      return;
    case Act::kPartition:
      return partition(random);
    case Act::kHeal:
      return network_.heal();
    case Act::kStart:
      return start_one(random);
    case Act::kNoise:
      return set_noise(random);
    case Act::kLate:
      return network_.deliver_late();
    case Act::kCharterFork:
      return fork_charter(random);
    case Act::kSkew:
      pick(random).on.skew = static_cast<std::int64_t>(random.below(7200)) - 3600;
      return;
    default:
      if (Machine* machine = pick_running(random)) perform_on_node(act, *machine, random);
  }
}

void World::perform_on_node(Act act, Machine& machine, Random& random) {
  switch (act) {
    case Act::kPublish:
      return publish(machine, random);
    case Act::kErase:
      return erase(machine, random);
    case Act::kPull:
      return machine.node->pull(/*all=*/false);
    case Act::kCosign:
      return cosign(machine);
    case Act::kCharters:
      return machine.node->exchange_charters(/*all=*/false);
    case Act::kFinishErasing:
      return machine.node->finish_erasing();
    case Act::kCrash:
    case Act::kDiskFault:
      return arm(machine, random, act == Act::kCrash);
    case Act::kPowerCut:
      return machine.on.power.cut();
    case Act::kBackup:
      machine.backup = machine.on.disk.node_db;
      return;
    case Act::kRestore:
      return restore(machine, random);
    case Act::kLoseDatabase:
      return lose_database(machine, random);
    case Act::kClone:
    case Act::kEquivocate:
      return clone(machine, act == Act::kClone);
    case Act::kPropose:
      return propose(machine, random);
    case Act::kSign:
      return sign(machine, random);
    default:
      return;
  }
}

void World::publish(Machine& machine, Random& random) {
  const std::size_t count = random.one_in(8) ? 1 + random.below(5) : 1;
  std::vector<Submission> submissions(count);
  for (Submission& submission : submissions) {
    submission.type = "service";
    submission.body = R"({"title":{"ko":"사업 )" + std::to_string(++bodies_) + R"("}})";
  }
  for (const auto& answer : machine.node->publisher().publish_all(std::move(submissions)))
    counters_.published += answer ? 1U : 0U;
}

void World::erase(Machine& machine, Random& random) {
  const auto& entries = machine.on.disk.node_db.logs[0].entries;
  if (entries.empty()) return;
  const std::uint64_t target = random.below(entries.size());
  if (may_erase(entries[target].leaf) || !entries[target].salt) return;
  asked_to_erase_[machine.on.who->origin].insert(target);
  const auto reason = erasure_reasons()[random.below(erasure_reasons().size())];
  const auto answers = machine.node->publisher().erase({&target, 1}, {}, reason);
  counters_.erased += answers[0] ? 1U : 0U;
}

void World::cosign(Machine& machine) {
  const auto current = machine.node->charter().current();
  const Charter& charter = current ? current->charter : founding(members_).charter;
  const auto made = machine.finality.ask(*machine.node, charter, network_);
  if (made && machine.on.power.on()) become_final(*made);
}

void World::partition(Random& random) {
  network_.reroute();
  for (auto& machine : machines_) network_.set_side(machine->on.place, random.below(2));
}

void World::arm(Machine& machine, Random& random, bool crash) {
  const bool after = random.one_in(2);
  const Hit hit = crash ? (after ? Hit::kCrashAfter : Hit::kCrashBefore)
                        : (after ? Hit::kFailAfter : Hit::kFailBefore);
  machine.on.power.arm(hit, random.below(6), /*sticky=*/random.one_in(2));
}

void World::start_one(Random& random) {
  std::vector<Machine*> down;
  for (auto& machine : machines_) {
    if (!machine->node) down.push_back(machine.get());
  }
  Machine& machine = down.empty() ? pick(random) : *down[random.below(down.size())];
  stop(machine, /*clean=*/true);
  start(machine);
}

void World::restore(Machine& machine, Random& random) {
  if (!machine.backup || !machine.on.honest || is_split(machine.on.who->origin)) return;
  if (!may_lose(machine, *machine.backup, random)) return;
  replace_database(machine, *machine.backup);
  machine.on.disk.restored = true;
  start(machine);
}

void World::lose_database(Machine& machine, Random& random) {
  NodeDb empty(machine.on.who->origin);
  if (!machine.on.honest || is_split(machine.on.who->origin)) return;
  if (!may_lose(machine, empty, random)) return;
  replace_database(machine, std::move(empty));
  start(machine);
}

/// Twins, by accident or on purpose: one seed has one such pair.
void World::clone(Machine& machine, bool honest) {
  if (split_) return;
  split_ = machine.on.who->origin;
  stop(machine, /*clean=*/true);
  machine.on.honest = honest;
  Installation copy(machines_.size(), *machine.on.who, members_, random_.split());
  copy.disk = machine.on.disk;
  copy.honest = honest;
  copy.flaw = flaw_;
  book_.split(machine.on.place, copy.place);
  for (std::size_t i = 0; i < members_; ++i) {
    const auto found = cosigned_.find({identities()[i].origin, machine.on.place});
    if (found != cosigned_.end()) cosigned_[{identities()[i].origin, copy.place}] = found->second;
  }
  machines_.push_back(std::make_unique<Machine>(std::move(copy)));
  start(machine);
  start(*machines_.back());
}

void World::propose(Machine& machine, Random& random) {
  const auto current = machine.node->charter().current();
  if (!current) return;
  auto draft = proposal(*current, 1 + random.below(9));
  bool signed_once = false;
  for (std::size_t i = 0; i < members_; ++i) {
    if (random.one_in(3) || !may_sign(i, draft.charter.version, draft.note.text)) continue;
    sign_as(draft, identities()[i]);
    signed_once = true;
  }
  if (!signed_once) return;
  const auto offered = machine.node->charter().offer(format_signed_charter(draft));
  counters_.charters_adopted += offered && *offered == Offered::kAdopted ? 1U : 0U;
}

void World::sign(Machine& machine, Random& random) {
  const auto drafts = machine.node->charter().drafts();
  if (drafts.empty()) return;
  SignedCharter draft = drafts[random.below(drafts.size())].charter;
  const std::size_t steward = random.below(members_);
  if (!may_sign(steward, draft.charter.version, draft.note.text)) return;
  sign_as(draft, identities()[steward]);
  const auto offered = machine.node->charter().offer(format_signed_charter(draft));
  counters_.charters_adopted += offered && *offered == Offered::kAdopted ? 1U : 0U;
}

/// The stewards sign two versions n+1 and show them to different nodes.
void World::fork_charter(Random& random) {
  Machine* one = pick_running(random);
  Machine* other = pick_running(random);
  if (one == nullptr || one == other) return;
  const auto current = one->node->charter().current();
  if (!current) return;
  lying_stewards_ = true;
  std::size_t witnesses = 20;
  for (Machine* machine : {one, other}) {
    auto version = proposal(*current, ++witnesses);
    for (std::size_t i = 0; i < members_; ++i) sign_as(version, identities()[i]);
    (void)machine->node->charter().offer(format_signed_charter(version));
  }
}

void World::set_noise(Random& random) {
  Noise noise;
  if (!random.one_in(3)) {
    noise.lost = random.below(20);
    noise.unanswered = random.below(15);
    noise.doubled = random.below(20);
    noise.late = random.below(20);
    noise.old = random.below(15);
  }
  network_.set_noise(noise);
}

}  // namespace dure::simulation
