// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "simulation/node_file.h"

namespace dure::simulation {
namespace {

NodeDb::HeadKey key_of(const SeenHead& head) {
  return {head.checkpoint.origin, head.checkpoint.size, head.checkpoint.root};
}

}  // namespace

Status EvidenceFile::keep(std::span<const SeenHead> heads) {
  return power_.write(DiskFile::kNode, [&]() -> Status {
    for (const SeenHead& head : heads) {
      const auto [at, added] = db_.heads.emplace(key_of(head), head);
      if (!added && at->second.standing != Standing::kContradicts)
        at->second.standing = head.standing;
    }
    for (const SeenHead& head : heads) thin(head.checkpoint.origin);
    return ok();
  });
}

void EvidenceFile::thin(const std::string& origin) {
  std::vector<SeenHead> fitting, open;
  for (const auto& [key, head] : db_.heads) {
    if (head.checkpoint.origin != origin) continue;
    if (head.standing == Standing::kFits) fitting.push_back(head);
    if (head.standing == Standing::kOpen) open.push_back(head);
  }
  std::stable_sort(open.begin(), open.end(),
                   [](const auto& a, const auto& b) { return a.first_seen < b.first_seen; });
  for (std::size_t i = 0; i + kMaxFittingHeads < fitting.size(); ++i)
    db_.heads.erase(key_of(fitting[i]));
  for (std::size_t i = kMaxOpenHeads; i < open.size(); ++i) db_.heads.erase(key_of(open[i]));
}

Result<std::vector<SeenHead>> EvidenceFile::heads(std::string_view origin) {
  if (!power_.on()) return Power::gone();
  std::vector<SeenHead> out;
  for (const auto& [key, head] : db_.heads) {
    if (head.checkpoint.origin == origin) out.push_back(head);
  }
  return out;
}

Status EvidenceFile::suspect(const Suspicion& suspicion) {
  return power_.write(DiskFile::kNode, [&]() -> Status {
    db_.suspicions.emplace(suspicion.origin, suspicion);
    return ok();
  });
}

Status EvidenceFile::dismiss(std::string_view origin) {
  return power_.write(DiskFile::kNode, [&]() -> Status {
    db_.suspicions.erase(std::string(origin));
    return ok();
  });
}

Result<std::vector<Suspicion>> EvidenceFile::suspicions() {
  std::vector<Suspicion> out;
  for (const auto& [origin, suspicion] : db_.suspicions) out.push_back(suspicion);
  return out;
}

Status EvidenceFile::keep_fork(const KeptFork& fork, std::string_view instead_of) {
  return power_.write(DiskFile::kNode, [&]() -> Status {
    db_.forks.erase(std::string(instead_of));
    db_.forks.emplace(fork.name, fork);
    return ok();
  });
}

Status EvidenceFile::decide(std::string_view origin, std::string_view decision) {
  return power_.write(DiskFile::kNode, [&]() -> Status {
    for (auto& [name, fork] : db_.forks) {
      if (fork.origin == origin) fork.decision = decision;
    }
    return ok();
  });
}

Result<std::vector<KeptFork>> EvidenceFile::forks() {
  std::vector<KeptFork> out;
  for (const auto& [name, fork] : db_.forks) out.push_back(fork);
  return out;
}

Result<std::vector<PeerEntry>> PeersFile::peers() {
  std::vector<PeerEntry> active;
  for (const auto& known : db_.peers) {
    if (known.active) active.push_back(known.entry);
  }
  return active;
}

Status PeersFile::write(const PeerEntry& peer, bool other_key) {
  if (peer.card.origin == db_.logs[0].origin) return Error{ErrorCode::kConflict, "own origin"};
  return power_.write(DiskFile::kNode, [&]() -> Status {
    for (auto& known : db_.peers) {
      if (known.entry.card.origin != peer.card.origin) continue;
      if (!other_key && known.entry.card.log_vkey != peer.card.log_vkey)
        return Error{ErrorCode::kConflict, "another key"};
      const LogId log = known.entry.log;
      known = {peer, true};
      known.entry.log = log;
      return ok();
    }
    db_.peers.push_back({peer, true});
    db_.peers.back().entry.log = logs_.add_mirror(peer.card.origin);
    return ok();
  });
}

Status PeersFile::remove(std::string_view what) {
  bool found = false;
  auto removed = power_.write(DiskFile::kNode, [&]() -> Status {
    for (auto& known : db_.peers) {
      if (!known.active || (known.entry.url != what && known.entry.card.origin != what)) continue;
      known.active = false;
      found = true;
    }
    return ok();
  });
  if (removed && !found) return Error{ErrorCode::kNotFound, "no such peer"};
  return removed;
}

}  // namespace dure::simulation
