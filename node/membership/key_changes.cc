// SPDX-License-Identifier: Apache-2.0
#include "membership/key_changes.h"

#include <algorithm>

#include "membership/charter_logs.h"
#include "membership/charter_notices.h"

namespace dure::node {
namespace {

bool contains(const std::vector<VerifierKey>& keys, const VerifierKey& key) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](const VerifierKey& known) { return known.format() == key.format(); });
}

bool same_keys(const std::vector<VerifierKey>& a, const std::vector<VerifierKey>& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(),
      [](const VerifierKey& x, const VerifierKey& y) { return x.format() == y.format(); });
}

bool same_key(const std::optional<VerifierKey>& a, const std::optional<VerifierKey>& b) {
  return a.has_value() == b.has_value() && (!a || a->format() == b->format());
}

bool same_cosigners(const CharterMember& a, const CharterMember& b) {
  return same_key(a.witness, b.witness) && same_key(a.mirror, b.mirror) &&
         same_key(a.request, b.request);
}

std::vector<VerifierKey> newest_keys(const CharterMember& member) {
  std::vector<VerifierKey> keys;
  for (const MemberLog& log : member.logs) {
    if (log.generation == member.logs.back().generation) keys.push_back(log.key);
  }
  return keys;
}

void set_newest_keys(CharterMember& member, const std::vector<VerifierKey>& keys) {
  const std::uint64_t generation = member.logs.back().generation;
  std::erase_if(member.logs, [&](const MemberLog& log) { return log.generation == generation; });
  for (const VerifierKey& key : keys) member.logs.push_back({generation, key});
}

bool signed_by(const Note& note, const VerifierKey& key) {
  return !signers_of(note, {&key, 1}).empty();
}

std::optional<KeyStep> step_between(const std::vector<VerifierKey>& before,
                                    const std::vector<VerifierKey>& after) {
  if (before.size() == 1 && after.size() == 2 && same_keys(before, {after.front()}))
    return KeyStep::kBegin;
  if (before.size() == 2 && same_keys(after, {before.back()})) return KeyStep::kFinish;
  if (after.size() == 1 && !contains(before, after.front())) return KeyStep::kReplace;
  return std::nullopt;
}

/// What `member` changes at its own keys, compared with `before`; none if that is no such step.
std::optional<KeyChange> change_of(const CharterMember& before, const CharterMember& member) {
  if (member.logs.empty() || newest_origin(member) != newest_origin(before)) return std::nullopt;
  KeyChange change{newest_origin(member), KeyStep::kBegin, newest_keys(before),
                   newest_keys(member)};
  const bool same_log = same_keys(change.before, change.after);
  const auto step = same_log && !same_cosigners(before, member)
                        ? std::optional(KeyStep::kOthers)
                        : step_between(change.before, change.after);
  if (!step) return std::nullopt;
  if (*step == KeyStep::kFinish && !same_cosigners(before, member)) return std::nullopt;
  change.step = *step;
  return change;
}

Error refused(std::string_view member) {
  return Error{ErrorCode::kRefused,
               "the charter has not the keys of " + printable(member) + " that this begins with",
               "charter.keys-other",
               {{"member", printable(member)}}};
}

}  // namespace

std::string_view key_step_name(KeyStep step) {
  switch (step) {
    case KeyStep::kBegin:
      return "begin";
    case KeyStep::kFinish:
      return "finish";
    case KeyStep::kReplace:
      return "replace";
    case KeyStep::kOthers:
      return "others";
  }
  return "begin";
}

std::optional<KeyChange> key_change_between(const SignedCharter& current, const Charter& next) {
  const auto& before = current.charter.members;
  if (next.members.size() != before.size()) return std::nullopt;
  Charter undone = next;
  std::optional<KeyChange> found;
  for (std::size_t i = 0; i < before.size(); ++i) {
    CharterMember& member = undone.members[i];
    if (same_cosigners(before[i], member) && before[i].logs.size() == member.logs.size() &&
        same_keys(newest_keys(before[i]), newest_keys(member)))
      continue;
    auto change = change_of(before[i], member);
    if (found || !change || seal_of(current.charter, change->origin) != nullptr)
      return std::nullopt;
    set_newest_keys(member, change->before);
    member.witness = before[i].witness;
    member.mirror = before[i].mirror;
    member.request = before[i].request;
    found = std::move(change);
  }
  undone.version = current.charter.version;
  undone.previous = current.charter.previous;
  // Whatever else differs is seen here.
  if (!found || format_charter(undone) != current.note.text) return std::nullopt;
  return found;
}

std::vector<VerifierKey> wishers(const KeyChange& change) {
  std::vector<VerifierKey> keys = change.before;
  for (const VerifierKey& key : change.after) {
    if (!contains(keys, key)) keys.push_back(key);
  }
  return keys;
}

bool is_wished_by_present_key(const KeyChange& change, const Note& note) {
  return signed_by(note, change.before.back());
}

bool is_wish(const KeyChange& change, const Note& note) {
  for (const VerifierKey& key : change.after) {
    if (!contains(change.before, key) && !signed_by(note, key)) return false;
  }
  return change.step == KeyStep::kReplace || is_wished_by_present_key(change, note);
}

Result<Charter> version_changing_keys(const SignedCharter& current, std::string_view member,
                                      KeyStep step, const MemberKeys& keys) {
  Charter next = next_version(current);
  const auto found = std::find_if(next.members.begin(), next.members.end(),
                                  [&](const CharterMember& known) { return known.id == member; });
  if (found == next.members.end()) {
    return Error{ErrorCode::kNotFound,
                 printable(member) + " does not stand in the charter",
                 "charter.no-such-member",
                 {{"member", printable(member)}}};
  }
  if (step != KeyStep::kOthers) {
    std::vector<VerifierKey> log = newest_keys(*found);
    if (step != KeyStep::kBegin) log.clear();
    log.push_back(keys.log);
    set_newest_keys(*found, log);
  }
  if (step != KeyStep::kFinish) {
    found->witness = keys.witness;
    found->mirror = keys.mirror;
    found->request = keys.request;
  }
  const auto change = key_change_between(current, next);
  if (!change || change->step != step) return refused(member);
  if (auto sound = parse_charter(format_charter(next)); !sound) return std::move(sound).error();
  return next;
}

}  // namespace dure::node
