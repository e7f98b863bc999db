// SPDX-License-Identifier: Apache-2.0
#include "membership/charter_drafts.h"

#include <algorithm>

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

}  // namespace dure::node
