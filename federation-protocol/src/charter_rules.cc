// SPDX-License-Identifier: Apache-2.0
#include "charter_rules.h"

#include <algorithm>
#include <array>
#include <set>

#include "dure/charter.h"

namespace dure {
namespace {

constexpr std::size_t kMaxWordBytes = 64;
constexpr std::size_t kMaxNameBytes = 200;
constexpr std::size_t kMaxUrlBytes = 255;
constexpr std::size_t kMaxLogsOfMember = 16;
constexpr std::size_t kMaxWitnesses = 32;
constexpr std::array<std::string_view, 5> kReasons{"forked", "key-lost", "key-stolen", "merged",
                                                   "dissolved"};

Status refuse(std::string detail) {
  return Error{ErrorCode::kMalformed, "charter: " + std::move(detail)};
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= kMaxWordBytes &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
         });
}

bool is_url(std::string_view text) {
  const bool scheme = text.starts_with("https://") || text.starts_with("http://");
  return scheme && text.size() <= kMaxUrlBytes && text.back() != '/' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

bool is_name(std::string_view text) {
  return text.size() <= kMaxNameBytes && is_utf8(text) && text.front() != ' ' && text.back() != ' ';
}

/// More than half, so that two disjoint sets of signers never both suffice.
bool is_majority(std::size_t threshold, std::size_t of) {
  return threshold > of / 2 && threshold <= of;
}

Status check_signers(const Charter& charter) {
  if (!is_majority(charter.threshold, charter.stewards.size()))
    return refuse("the threshold must be more than half of the stewards");
  if (charter.recovery.empty() != (charter.recovery_threshold == 0))
    return refuse("recovery keys and recovery-threshold go together");
  const bool recovers = !charter.recovery.empty();
  if (recovers && !is_majority(charter.recovery_threshold, charter.recovery.size()))
    return refuse("the recovery threshold must be more than half of the recovery keys");
  if (recovers && charter.recovery_threshold < charter.threshold)
    return refuse("the recovery threshold must not be below the threshold");
  return ok();
}

/// Every key of a charter has one use, one name where it stands, and one place.
class KeyRegister {
 public:
  Status add(const VerifierKey& key, bool (*fits)(KeyType), std::string_view name = {}) {
    if (!fits(key.type())) return refuse("a key of the wrong type: " + key.name());
    if (!name.empty() && key.name() != name)
      return refuse("the key " + key.name() + " must be named " + std::string(name));
    if (!seen_.insert(key.public_key()).second)
      return refuse("a public key that stands twice: " + key.name());
    return ok();
  }
  Status add_if_there(const std::optional<VerifierKey>& key, bool (*fits)(KeyType),
                      const std::string& name) {
    return key ? add(*key, fits, name) : ok();
  }

 private:
  std::set<std::string> seen_;
};

Status check_logs(const CharterMember& member, KeyRegister& keys) {
  if (member.logs.empty() || member.logs.size() > kMaxLogsOfMember)
    return refuse(member.id + " needs 1 to 16 log keys");
  std::uint64_t before = 0;
  std::size_t repeated = 0;
  for (const MemberLog& log : member.logs) {
    repeated = log.generation == before ? repeated + 1 : 0;
    if (log.generation < before || log.generation == 0 || repeated > 1)
      return refuse("the logs of " + member.id +
                    " must stand by generation, with two keys of one at most");
    before = log.generation;
    const std::string origin = member.id + "/" + std::to_string(log.generation);
    if (auto added = keys.add(log.key, &signs_notes, origin); !added) return added;
  }
  return ok();
}

Status check_member(const CharterMember& member, KeyRegister& keys) {
  if (!is_origin(member.id + "/1")) return refuse("not a member's id: " + printable(member.id));
  if (!member.name.empty() && !is_name(member.name))
    return refuse("the name of " + member.id + " is too long or has spaces around it");
  if (!member.url.empty() && !is_url(member.url))
    return refuse("the URL of " + member.id + " must be http(s), without a slash at its end");
  if (!member.operator_group.empty() && !is_word(member.operator_group))
    return refuse("the operator of " + member.id + " must be one word of a-z, 0-9, dot and hyphen");
  if (auto logs = check_logs(member, keys); !logs) return logs;
  if (auto key = keys.add_if_there(member.witness, &cosigns, member.id + "/witness"); !key)
    return key;
  if (auto key = keys.add_if_there(member.mirror, &cosigns, member.id + "/mirror"); !key)
    return key;
  return keys.add_if_there(member.request, &signs_notes, member.id + "/request");
}

Status check_sealed(const Charter& charter) {
  std::set<std::string_view> origins;
  for (const SealedLog& log : charter.sealed) {
    if (!is_origin(log.origin) || !origins.insert(log.origin).second)
      return refuse("sealed twice, or not an origin: " + printable(log.origin));
    if (std::find(kReasons.begin(), kReasons.end(), log.reason) == kReasons.end())
      return refuse("not a reason for sealing: " + printable(log.reason));
    if (!log.successor.empty() && (!is_origin(log.successor) || log.successor == log.origin))
      return refuse("not a successor: " + printable(log.successor));
  }
  return ok();
}

Status check_members(const Charter& charter, KeyRegister& keys) {
  std::set<std::string_view> ids;
  for (const CharterMember& member : charter.members) {
    if (!ids.insert(member.id).second) return refuse("a member that stands twice: " + member.id);
    if (auto sound = check_member(member, keys); !sound) return sound;
  }
  return ok();
}

}  // namespace

Status check_member(const CharterMember& member) {
  KeyRegister keys;
  return check_member(member, keys);
}

Status check_charter(const Charter& charter) {
  if (!is_word(charter.federation))
    return refuse("the federation must be one word of a-z, 0-9, dot and hyphen");
  if (charter.version == 0 || (charter.version > 1) != charter.previous.has_value())
    return refuse("version 1 has no previous, every later one has");
  if (charter.not_before >= charter.expires) return refuse("it expires before it begins");
  if (charter.witnesses == 0 || charter.witnesses > kMaxWitnesses)
    return refuse("witnesses must be 1 to 32");
  if (auto signers = check_signers(charter); !signers) return signers;
  KeyRegister keys;
  for (const auto* list : {&charter.stewards, &charter.recovery}) {
    for (const VerifierKey& key : *list) {
      if (auto added = keys.add(key, &signs_notes); !added) return added;
    }
  }
  if (auto members = check_members(charter, keys); !members) return members;
  return check_sealed(charter);
}

}  // namespace dure
