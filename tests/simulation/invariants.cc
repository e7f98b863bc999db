// SPDX-License-Identifier: Apache-2.0
// What must hold at every step, and what must hold once the world is at peace again.
#include <algorithm>

#include "dure/entry.h"
#include "dure/erasure.h"
#include "simulation/world.h"

namespace dure::simulation {
namespace {

constexpr int kMostRounds = 12;
constexpr std::int64_t kRoundSeconds = 4000;  // longer than any back-off

const LogTable* log_on(const Installation& on, const std::string& origin) {
  for (const LogTable& log : on.disk.node_db.logs) {
    if (log.origin == origin) return &log;
  }
  return nullptr;
}

std::string at(const Installation& on) { return " at " + std::to_string(on.place); }

std::string entry_name(const std::string& origin, std::uint64_t index) {
  return origin + "#" + std::to_string(index);
}

}  // namespace

/// I2, at every step: who said that it holds something holds it, whatever was pulled out of the
/// wall.
void World::check_held() {
  for (const auto& [holding, tree] : held_) {
    const auto& [origin, place] = holding;
    const Installation& on = machines_[place]->on;
    if (!on.honest) continue;
    const LogTable* log = log_on(on, origin);
    if (log == nullptr || !log->tree.has(tree.size, tree.root))
      return violate("I2: " + origin + " is final up to " + std::to_string(tree.size) +
                     " and gone" + at(on));
    const auto& asked = asked_to_erase_[origin];
    for (std::uint64_t i = 0; i < tree.size; ++i) {
      if (!log->entries[i].salt && asked.count(i) == 0)
        return violate("I2: the body of " + entry_name(origin, i) + " is final and gone" + at(on));
    }
  }
}

/// I3: where an erase entry is, its target's body is not.
void World::check_erased() {
  for (const auto& machine : machines_) {
    if (!machine->on.honest) continue;
    for (const LogTable& log : machine->on.disk.node_db.logs) {
      for (std::uint64_t i = 0; i < log.entries.size(); ++i) {
        const auto erasure = erasure_in(log.origin, i, log.entries[i].leaf, log.entries[i].body);
        if (erasure && log.entries[erasure->target].salt)
          return violate("I3: the body of " + entry_name(log.origin, erasure->target) +
                         " was erased and is there" + at(machine->on));
      }
    }
  }
}

/// I4: one text of each version, or all who differ say that there are two.
void World::check_charters() {
  const CharterBook* first = nullptr;
  bool differ = false, some_frozen = false, all_frozen = true;
  for (const auto& machine : machines_) {
    // A twin does not ask at its own address, so what only the other one knows does not reach it.
    if (!machine->on.honest || !machine->node || is_split(machine->on.who->origin)) continue;
    const CharterBook& book = machine->node->charter();
    if (first == nullptr) first = &book;
    differ = differ || book.size() != first->size() ||
             book.hash(book.size()) != first->hash(first->size());
    const bool frozen = !book.conflicts().empty();
    some_frozen = some_frozen || frozen;
    all_frozen = all_frozen && frozen;
  }
  counters_.charter_conflicts += some_frozen ? 1U : 0U;
  if (some_frozen && !lying_stewards_)
    violate("I4: a conflict of charters, and every steward was honest");
  if (differ && !all_frozen) violate("I4: charters differ, and not everybody says so");
}

/// I5, and that nobody who told one history is accused.
void World::check_forks() {
  for (std::size_t i = 0; i < members_; ++i) {
    const std::string& origin = identities()[i].origin;
    if (is_split(origin)) {
      check_forks_of(origin);
      continue;
    }
    for (const auto& machine : machines_) {
      if (machine->on.honest && machine->node && machine->node->forks().frozen(origin))
        return violate("I5: " + origin + " is accused and told one history" + at(machine->on));
    }
  }
}

void World::check_forks_of(const std::string& origin) {
  bool proven = false, all_proven = true;
  std::vector<const LogTable*> mirrors;
  std::string where;
  const std::uint64_t agreed = book_.agreed(origin);
  for (const auto& machine : machines_) {
    if (!machine->on.honest || !machine->node) continue;
    const auto forked = machine->node->forks().forked();
    const auto found = std::find_if(forked.begin(), forked.end(), [&](const ForkedLog& log) {
      return log.origin == origin && !log.proof.empty();
    });
    const bool here = found != forked.end();
    proven = proven || here;
    if (!here) where += at(machine->on);
    all_proven = all_proven && here;
    if (here && machine->node->forks().shown_until(origin) > agreed)
      violate("I5: entries of " + origin + " behind the fork are shown" + at(machine->on));
    const bool own = machine->on.who->origin == origin;
    if (here && own && !machine->node->publisher().quarantine())
      violate("I5: a twin signs on although the fork of its log is proven" + at(machine->on));
    if (own && machine->node->publisher().quarantine()) ++counters_.twins_stopped;
    if (const LogTable* log = log_on(machine->on, origin); log != nullptr && !own)
      mirrors.push_back(log);
  }
  const bool seen = std::any_of(mirrors.begin(), mirrors.end(), [&](const LogTable* log) {
    return log->tree.size() > 0 &&
           std::any_of(mirrors.begin(), mirrors.end(), [&](const LogTable* other) {
             return log->tree.size() <= other->tree.size() &&
                    !other->tree.has(log->tree.size(), log->tree.root_at(log->tree.size()));
           });
  });
  counters_.forks_proven += proven ? 1U : 0U;
  if ((proven || seen) && !all_proven)
    violate("I5: the fork of " + origin + (proven ? " is proven" : " can be seen") + " and not" +
            where);
}

/// What was signed and lies on no honest disk any more.
bool World::lost_for_good(const Machine& machine) const {
  const TreeLevels& own = book_.of(machine.on.place);
  if (own.size() == 0) return false;
  const Tree tree{own.size(), own.root_at(own.size())};
  return !machine.on.disk.node_db.logs[0].tree.has(tree.size, tree.root) &&
         !held_elsewhere(machine, machine.on.who->origin, tree);
}

/// I6: everybody publishes again, and everybody has everything.
void World::check_live() {
  for (const auto& machine : machines_) {
    if (!machine->node) return violate("I6: does not start" + at(machine->on));
    if (!machine->on.honest || is_split(machine->on.who->origin)) continue;
    const auto quarantine = machine->node->publisher().quarantine();
    if (quarantine && lost_for_good(*machine)) {
      ++counters_.lost_for_good;
      continue;
    }
    if (quarantine)
      return violate("I6: in quarantine without a reason" + at(machine->on) + ": " +
                     quarantine->text + ": " + quarantine->detail);
    Submission submission;
    submission.type = "service";
    submission.body = R"({"title":{"ko":"끝"}})";
    if (auto made = machine->node->publisher().publish(submission); !made)
      return violate("I6: cannot publish" + at(machine->on) + ": " + made.error().detail);
  }
  round();
  round();
  for (const auto& machine : machines_) check_copies_of(*machine);
}

void World::check_copies_of(const Machine& home) {
  const std::string& origin = home.on.who->origin;
  if (!home.on.honest || is_split(origin) || home.node->publisher().quarantine()) return;
  const LogTable& own = home.on.disk.node_db.logs[0];
  const TreeLevels& truth = book_.of(home.on.place);
  if (!own.tree.has(truth.size(), truth.root_at(truth.size())))
    return violate("I6: " + origin + " has not all that it signed");
  for (const auto& machine : machines_) {
    if (!machine->on.honest) continue;
    const LogTable* log = log_on(machine->on, origin);
    const std::uint64_t size = log == nullptr ? 0 : log->tree.size();
    if (size != own.tree.size() || !own.tree.has(size, log->tree.root_at(size)))
      return violate("I6: " + std::to_string(size) + " of " + std::to_string(own.tree.size()) +
                     " entries of " + origin + at(machine->on));
    for (std::uint64_t i = 0; i < size; ++i) {
      if (!log->entries[i].salt && own.entries[i].salt)
        return violate("I6: no body of " + entry_name(origin, i) + at(machine->on));
    }
  }
}

void World::round() {
  now_ += kRoundSeconds;
  network_.reroute();
  for (auto& machine : machines_) {
    if (!machine->node) continue;
    machine->node->exchange_charters(/*all=*/true);
    machine->node->pull(/*all=*/true);
    machine->node->finish_erasing();
  }
}

std::string World::digest() const {
  std::string digest;
  for (const auto& machine : machines_) {
    if (!machine->node) continue;
    for (const LogTable& log : machine->on.disk.node_db.logs)
      digest += std::to_string(log.tree.size()) + (log.head ? "h" : "-");
    digest += "/" + std::to_string(machine->on.disk.node_db.forks.size()) + "/" +
              std::to_string(machine->on.disk.node_db.suspicions.size()) + "/" +
              std::to_string(machine->node->charter().size()) + "." +
              std::to_string(machine->node->charter().conflicts().size()) +
              (machine->node->publisher().quarantine() ? "q" : "s") +
              (machine->node->eraser().unfinished() ? "e" : "d") + ";";
  }
  return digest;
}

/// Rounds until nothing changes any more. Twins are reached in turns.
void World::settle_down() {
  const int quiet_enough = split_ ? 2 : 1;
  std::string before;
  for (int rounds = 0, quiet = 0; rounds < kMostRounds && quiet < quiet_enough; ++rounds) {
    round();
    auto now = digest();
    quiet = now == before ? quiet + 1 : 0;
    before = std::move(now);
  }
}

void World::settle() {
  network_.set_noise({});
  network_.heal();
  network_.deliver_late();
  reap();
  for (auto& machine : machines_) {
    machine->on.power.disarm();
    machine->on.skew = 0;
    stop(*machine, /*clean=*/true);
  }
  for (auto& machine : machines_) start(*machine);
  settle_down();
  check_held();
  check_erased();
  check_charters();
  check_forks();
  if (violation_.empty()) check_live();
  check_erased();
  for (const auto& [origin, tree] : final_) {
    if (!is_split(origin)) counters_.final_entries += tree.size;
  }
  for (auto& machine : machines_) stop(*machine, /*clean=*/true);
  counters_.requests = network_.requests();
}

}  // namespace dure::simulation
