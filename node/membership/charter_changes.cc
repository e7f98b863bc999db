// SPDX-License-Identifier: Apache-2.0
#include "membership/charter_changes.h"

#include <algorithm>

#include "membership/charter_logs.h"
#include "membership/charter_notices.h"

namespace dure::node {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kFoundingYears = 10;
constexpr std::size_t kMaxWordBytes = 64;

/// `suwon.go.kr/dure` as one word.
std::string federation_word(std::string_view member) {
  std::string word;
  for (const char c : member) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
    word += plain ? c : '-';
  }
  return word.substr(0, kMaxWordBytes);
}

Error already(const std::string& id) {
  return Error{ErrorCode::kConflict, id + " stands in the charter", "charter.member-already"};
}

}  // namespace

CharterMember member_of(const NodeCard& card, const MemberKeys& keys) {
  CharterMember member;
  const std::size_t slash = card.origin.rfind('/');
  member.id = card.origin.substr(0, slash);
  if (card.role == Role::kObserver) member.status = MemberStatus::kObserver;
  member.name = card.name;
  member.url = card.url;
  while (member.url.ends_with('/')) member.url.pop_back();
  member.logs.push_back({*parse_decimal(card.origin.substr(slash + 1)), keys.log});
  member.witness = keys.witness;
  member.mirror = keys.mirror;
  member.request = keys.request;
  return member;
}

Charter founding_charter(const CharterMember& member, const VerifierKey& steward,
                         std::int64_t now) {
  Charter charter;
  charter.federation = federation_word(member.id);
  charter.not_before = now - now % kDay;
  charter.expires = charter.not_before + kFoundingYears * 365 * kDay;
  charter.stewards = {steward};
  charter.members = {member};
  return charter;
}

Charter next_version(const SignedCharter& current) {
  Charter next = current.charter;
  ++next.version;
  next.previous = charter_hash(current.note.text);
  return next;
}

Result<Charter> version_with(const SignedCharter& current, const JoinRequest& request,
                             std::string_view fingerprint, std::int64_t now) {
  if (hex_encode(as_view(request.federation)) != fingerprint) {
    return Error{ErrorCode::kConflict, "a request to join another federation",
                 "charter.other-federation"};
  }
  if (current.charter.expires <= now) {
    return Error{ErrorCode::kUnavailable,
                 "the charter has expired: nobody is taken in before its stewards renew it",
                 "charter.expired"};
  }
  const auto& members = current.charter.members;
  const bool known = std::any_of(members.begin(), members.end(), [&](const CharterMember& member) {
    return member.id == request.member.id;
  });
  if (known) return already(request.member.id);
  Charter next = next_version(current);
  next.members.push_back(request.member);
  if (auto sound = parse_charter(format_charter(next)); !sound) return std::move(sound).error();
  return next;
}

Result<Charter> version_sealing(const SignedCharter& current, const SealedLog& seal) {
  if (log_keys_of(current.charter, seal.origin).empty()) {
    return Error{ErrorCode::kNotFound,
                 "no member has the log " + seal.origin,
                 "charter.no-such-log",
                 {{"origin", printable(seal.origin)}}};
  }
  Charter next = next_version(current);
  std::erase_if(next.sealed, [&](const SealedLog& old) { return old.origin == seal.origin; });
  next.sealed.push_back(seal);
  const auto sound = parse_charter(format_charter(next));
  if (sound) return next;
  return Error{ErrorCode::kInvalid,
               sound.error().detail,
               "charter.bad-seal",
               {{"reason", printable(seal.reason)}, {"successor", printable(seal.successor)}}};
}

Result<Charter> version_continuing(const SignedCharter& current, const JoinRequest& request,
                                   std::string_view fingerprint) {
  if (hex_encode(as_view(request.federation)) != fingerprint) {
    return Error{ErrorCode::kConflict, "a request to join another federation",
                 "charter.other-federation"};
  }
  Charter next = next_version(current);
  const auto found =
      std::find_if(next.members.begin(), next.members.end(),
                   [&](const CharterMember& member) { return member.id == request.member.id; });
  const Error refused{ErrorCode::kRefused, "this member's log goes on as it is",
                      "charter.not-sealed"};
  if (found == next.members.end()) return refused;
  const SealedLog* seal = seal_of(current.charter, newest_origin(*found));
  const std::uint64_t generation = found->logs.back().generation + 1;
  const std::string origin = found->id + "/" + std::to_string(generation);
  const bool named = seal != nullptr && (seal->successor.empty() || seal->successor == origin);
  const auto& offered = request.member.logs;
  if (!named || offered.size() != 1 || offered.front().generation != generation) return refused;
  // The earlier logs stay the charter's: their history is read under their keys.
  found->logs.push_back(offered.front());
  found->witness = request.member.witness;
  found->mirror = request.member.mirror;
  found->request = request.member.request;
  if (auto sound = parse_charter(format_charter(next)); !sound) return std::move(sound).error();
  return next;
}

Expiry expiry_of(const Charter& charter, std::int64_t now) {
  Expiry expiry;
  expiry.days_left = (charter.expires - now) / kDay;
  for (const int days : {90, 30, 7}) {
    if (charter.expires - now <= days * kDay) expiry.warning = days;
  }
  return expiry;
}

}  // namespace dure::node
