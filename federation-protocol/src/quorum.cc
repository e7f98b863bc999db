// SPDX-License-Identifier: Apache-2.0
// Spec: PROTOCOL.md §16.
#include "dure/quorum.h"

#include <algorithm>
#include <map>
#include <set>

namespace dure {
namespace {

constexpr std::string_view kScoreLabel = "dure-witness/1\n";

struct Candidate {
  Hash score{};
  WitnessSeat seat;
};

bool has_log(const CharterMember& member, std::string_view origin) {
  return origin.starts_with(member.id) && origin.size() > member.id.size() &&
         origin[member.id.size()] == '/' && origin.find('/', member.id.size() + 1) == origin.npos;
}

std::vector<Candidate> ranked_candidates(const Charter& charter, std::string_view origin) {
  std::vector<Candidate> candidates;
  for (const CharterMember& member : charter.members) {
    if (!member.witness || has_log(member, origin)) continue;
    const std::string& group = member.operator_group.empty() ? member.id : member.operator_group;
    candidates.push_back({sha256({kScoreLabel, origin, "\n", member.id}),
                          {member.id, *member.witness, member.url, group}});
  }
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
  return candidates;
}

}  // namespace

std::vector<WitnessSeat> assign_witnesses(const Charter& charter, std::string_view origin) {
  const std::vector<Candidate> candidates = ranked_candidates(charter, origin);
  std::vector<WitnessSeat> seats;
  std::set<std::string_view> operators;
  std::vector<const Candidate*> others;
  for (const Candidate& candidate : candidates) {
    if (seats.size() == charter.witnesses) return seats;
    if (operators.insert(candidate.seat.operator_group).second) {
      seats.push_back(candidate.seat);
    } else {
      others.push_back(&candidate);
    }
  }
  for (const Candidate* candidate : others) {
    if (seats.size() == charter.witnesses) break;
    seats.push_back(candidate->seat);
  }
  return seats;
}

Quorum quorum_of(const std::vector<WitnessSeat>& seats) {
  std::set<std::string_view> operators;
  for (const WitnessSeat& seat : seats) operators.insert(seat.operator_group);
  const std::size_t voices = operators.size();
  return {voices, (2 * voices + 2) / 3};
}

Result<Policy> policy_for(const Charter& charter, std::string_view origin) {
  Policy policy;
  for (const CharterMember& member : charter.members) {
    for (const MemberLog& log : member.logs) {
      if (log.key.name() == origin) policy.logs.push_back({log.key, member.url});
    }
  }
  if (policy.logs.empty())
    return Error{ErrorCode::kNotFound, "the charter has no log " + printable(origin)};
  const std::vector<WitnessSeat> seats = assign_witnesses(charter, origin);
  std::map<std::string_view, std::vector<std::string>> voices;
  for (const WitnessSeat& seat : seats) {
    policy.witnesses.push_back({seat.key.name(), seat.key, seat.url});
    voices[seat.operator_group].push_back(seat.key.name());
  }
  if (voices.empty()) return policy;
  PolicyGroup quorum{"quorum", quorum_of(seats).needed, {}};
  for (auto& [group, witnesses] : voices) {
    const std::string name = "operator:" + std::string(group);
    policy.groups.push_back({name, 1, std::move(witnesses)});
    quorum.members.push_back(name);
  }
  policy.groups.push_back(std::move(quorum));
  policy.quorum = "quorum";
  return policy;
}

}  // namespace dure
