// SPDX-License-Identifier: Apache-2.0
#include "membership/charter_drafts.h"

#include <algorithm>

#include "membership/charter_logs.h"
#include "membership/charter_notices.h"

namespace dure::node {

std::string hash_of(const SignedCharter& charter) {
  return hex_encode(as_view(charter_hash(charter.note.text)));
}

bool merge_signatures(SignedCharter& into, const SignedCharter& from,
                      const std::vector<VerifierKey>& keys) {
  bool gained = false;
  for (const NoteSignature& line : from.note.signatures) {
    Note more = into.note;
    more.signatures.push_back(line);
    if (signers_of(more, keys).size() == signers_of(into.note, keys).size()) continue;
    into.note = std::move(more);
    gained = true;
  }
  return gained;
}

std::vector<VerifierKey> signers_between(const Charter& current, const Charter& next) {
  std::vector<VerifierKey> keys = current.stewards;
  for (const auto* list : {&next.stewards, &current.recovery}) {
    for (const VerifierKey& key : *list) {
      if (std::none_of(keys.begin(), keys.end(),
                       [&](const VerifierKey& known) { return known.format() == key.format(); }))
        keys.push_back(key);
    }
  }
  return keys;
}

bool only_takes_in(const SignedCharter& current, Charter next) {
  const std::size_t before = current.charter.members.size();
  if (next.members.size() <= before) return false;
  next.members.resize(before, CharterMember{});
  next.version = current.charter.version;
  next.previous = current.charter.previous;
  return format_charter(next) == current.note.text;
}

bool only_continues(const SignedCharter& current, Charter next) {
  const auto& before = current.charter.members;
  if (next.members.size() != before.size()) return false;
  std::size_t continuing = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    CharterMember& member = next.members[i];
    if (member.logs.size() != before[i].logs.size() + 1) continue;
    const SealedLog* seal = seal_of(current.charter, newest_origin(before[i]));
    const bool in_turn = member.logs.back().generation == before[i].logs.back().generation + 1 &&
                         seal != nullptr &&
                         (seal->successor.empty() || seal->successor == newest_origin(member));
    if (!in_turn) return false;
    ++continuing;
    member.logs.pop_back();
    member.witness = before[i].witness;
    member.mirror = before[i].mirror;
    member.request = before[i].request;
  }
  next.version = current.charter.version;
  next.previous = current.charter.previous;
  return continuing == 1 && format_charter(next) == current.note.text;
}

std::string version_key(std::uint64_t version) {
  const std::string plain = std::to_string(version);
  return std::string(20 - plain.size(), '0') + plain;
}

CharterFile version_file(const SignedCharter& charter, std::int64_t since) {
  return {CharterPaper::kVersion, version_key(charter.charter.version),
          format_signed_charter(charter), since};
}

}  // namespace dure::node
