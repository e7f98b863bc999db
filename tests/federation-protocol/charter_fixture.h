// SPDX-License-Identifier: Apache-2.0
// A small federation for tests: stewards s1, s2, …; recovery keys r1, r2, …; towns t1, t2, …
#pragma once

#include <initializer_list>
#include <memory>
#include <string>

#include "dure/charter.h"
#include "federation-protocol/fixtures.h"

namespace dure::testing {

inline std::unique_ptr<Signer> steward(int number) {
  return signer("s" + std::to_string(number), KeyType::kEd25519,
                static_cast<std::uint8_t>(100 + number));
}
inline std::unique_ptr<Signer> recovery_key(int number) {
  return signer("r" + std::to_string(number), KeyType::kEd25519,
                static_cast<std::uint8_t>(120 + number));
}

inline CharterMember town(int number, std::string operator_group = {}) {
  CharterMember member;
  member.id = "t" + std::to_string(number) + ".example/dure";
  member.name = "마을 " + std::to_string(number);
  member.url = "https://t" + std::to_string(number) + ".example";
  member.operator_group = std::move(operator_group);
  const auto seed = static_cast<std::uint8_t>(4 * number);
  const auto key = [&](const char* purpose, KeyType type, int offset) {
    return signer(member.id + purpose, type, static_cast<std::uint8_t>(seed + offset))->verifier();
  };
  member.logs.push_back({1, key("/1", KeyType::kEd25519, 0)});
  member.witness = key("/witness", KeyType::kCosignatureV1, 1);
  member.mirror = key("/mirror", KeyType::kCosignatureV1, 2);
  member.request = key("/request", KeyType::kEd25519, 3);
  return member;
}

inline Charter founding_charter(int stewards = 3, std::size_t threshold = 2) {
  Charter charter;
  charter.federation = "gyeonggi";
  charter.not_before = 1'795'000'000;
  charter.expires = charter.not_before + 365 * 86'400;
  charter.threshold = threshold;
  for (int i = 1; i <= stewards; ++i) charter.stewards.push_back(steward(i)->verifier());
  for (int i = 1; i <= 2; ++i) charter.members.push_back(town(i));
  return charter;
}

inline SignedCharter sign(const Charter& charter, std::initializer_list<int> stewards,
                          std::initializer_list<int> recovery = {}) {
  SignedCharter made{charter, {format_charter(charter), {}}};
  for (const int i : stewards)
    made.note.signatures.push_back(*sign_note(made.note.text, *steward(i)));
  for (const int i : recovery)
    made.note.signatures.push_back(*sign_note(made.note.text, *recovery_key(i)));
  return made;
}

/// The next version, unchanged but for its number.
inline Charter next_of(const SignedCharter& current) {
  Charter next = current.charter;
  ++next.version;
  next.previous = charter_hash(current.note.text);
  return next;
}

}  // namespace dure::testing
