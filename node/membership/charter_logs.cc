// SPDX-License-Identifier: Apache-2.0
#include "membership/charter_logs.h"

#include <algorithm>

namespace dure::node {
namespace {

std::string origin_of(const CharterMember& member, const MemberLog& log) {
  return member.id + "/" + std::to_string(log.generation);
}

}  // namespace

const CharterMember* owner_of(const Charter& charter, std::string_view origin) {
  const auto id = origin.substr(0, origin.rfind('/'));
  const auto found = std::find_if(charter.members.begin(), charter.members.end(),
                                  [&](const CharterMember& member) { return member.id == id; });
  return found == charter.members.end() ? nullptr : &*found;
}

std::vector<VerifierKey> log_keys_of(const Charter& charter, std::string_view origin) {
  std::vector<VerifierKey> keys;
  const CharterMember* member = owner_of(charter, origin);
  if (member == nullptr) return keys;
  for (const MemberLog& log : member->logs) {
    if (log.key.name() == origin) keys.push_back(log.key);
  }
  return keys;
}

const SealedLog* seal_of(const Charter& charter, std::string_view origin) {
  const auto found = std::find_if(charter.sealed.begin(), charter.sealed.end(),
                                  [&](const SealedLog& seal) { return seal.origin == origin; });
  return found == charter.sealed.end() ? nullptr : &*found;
}

std::optional<LogEnd> end_of(const Charter& charter, std::string_view origin) {
  const SealedLog* seal = seal_of(charter, origin);
  if (seal == nullptr) return std::nullopt;
  return LogEnd{seal->size, seal->root};
}

std::vector<const SealedLog*> continued_by(const Charter& charter, std::string_view origin) {
  std::vector<const SealedLog*> before;
  const std::size_t slash = origin.rfind('/');
  if (slash == std::string_view::npos) return before;
  const std::string member(origin.substr(0, slash + 1));
  const auto number = parse_decimal(origin.substr(slash + 1));
  std::string next(origin);
  for (std::uint64_t generation = number ? *number : 0; generation > 1; --generation) {
    const SealedLog* seal = seal_of(charter, member + std::to_string(generation - 1));
    if (seal == nullptr || (!seal->successor.empty() && seal->successor != next)) break;
    before.push_back(seal);
    next = seal->origin;
  }
  std::reverse(before.begin(), before.end());
  return before;
}

std::string line_of(const Charter& charter, std::string_view origin, std::string_view own) {
  // Who was taken out cannot come back under other keys: what was mirrored of him goes on.
  const bool genuine = origin == own || owner_of(charter, origin) == nullptr ||
                       !log_keys_of(charter, origin).empty() || seal_of(charter, origin) != nullptr;
  const auto before = genuine ? continued_by(charter, origin) : std::vector<const SealedLog*>();
  return before.empty() ? std::string(origin) : before.front()->origin;
}

bool may_erase_sealed(const Charter& charter, std::string_view own, std::string_view origin,
                      std::uint64_t erase_index, std::string_view sealed, std::uint64_t target) {
  const SealedLog* end = seal_of(charter, origin);
  if (end == nullptr && origin != own && log_keys_of(charter, origin).empty()) return false;
  if (end != nullptr && erase_index >= end->size) return false;
  const auto before = continued_by(charter, origin);
  return std::any_of(before.begin(), before.end(), [&](const SealedLog* seal) {
    return seal->origin == sealed && target < seal->size;
  });
}

std::vector<CharteredLog> chartered_logs(const Charter& charter) {
  std::vector<CharteredLog> logs;
  for (const CharterMember& member : charter.members) {
    for (const MemberLog& log : member.logs) {
      const std::string origin = origin_of(member, log);
      const bool newest = log.generation == member.logs.back().generation;
      const std::string url = newest ? member.url : std::string();
      // Of two keys the second replaces the first.
      if (!logs.empty() && logs.back().origin == origin) {
        logs.back().key = log.key;
      } else {
        logs.push_back({origin, log.key, url, &member});
      }
    }
  }
  return logs;
}

}  // namespace dure::node
