// SPDX-License-Identifier: Apache-2.0
#include "simulation/identities.h"

#include <cstdlib>
#include <map>

namespace dure::simulation {
namespace {

std::unique_ptr<Signer> make_signer(const std::string& name, KeyType type, std::size_t number) {
  Secret<32> seed;
  for (std::size_t i = 0; i < Secret<32>::size(); ++i)
    seed.data()[i] = static_cast<std::uint8_t>(number);
  auto signer = make_ed25519_signer(name, type, seed);
  if (!signer) std::abort();
  return std::move(*signer);
}

Identity make_identity(std::size_t number) {
  Identity made;
  const std::string host = "t" + std::to_string(number) + ".example";
  made.member.id = host + "/dure";
  made.member.name = "마을 " + std::to_string(number);
  made.url = "http://" + host;
  made.member.url = made.url;
  made.origin = made.member.id + "/1";
  const std::size_t first = 1 + 8 * number;
  made.log = make_signer(made.origin, KeyType::kEd25519, first);
  made.witness = make_signer(made.member.id + "/witness", KeyType::kCosignatureV1, first + 1);
  made.request = make_signer(made.member.id + "/request", KeyType::kEd25519, first + 3);
  made.steward = make_signer(made.member.id + "/charter", KeyType::kEd25519, first + 4);
  made.member.logs.push_back({1, made.log->verifier()});
  made.member.witness = made.witness->verifier();
  made.member.mirror =
      make_signer(made.member.id + "/mirror", KeyType::kCosignatureV1, first + 2)->verifier();
  made.member.request = made.request->verifier();
  made.card.origin = made.origin;
  made.card.name = made.member.name;
  made.card.region = "41110";
  made.card.url = made.url;
  made.card.log_vkey = made.log->verifier().format();
  made.card.request_vkey = made.request->verifier().format();
  return made;
}

std::vector<Identity> make_all() {
  std::vector<Identity> all;
  for (std::size_t number = 1; number <= kMostMembers; ++number)
    all.push_back(make_identity(number));
  return all;
}

}  // namespace

const std::vector<Identity>& identities() {
  static const std::vector<Identity> kAll = make_all();
  return kAll;
}

namespace {

SignedCharter make_founding(std::size_t members) {
  Charter charter;
  charter.federation = "gyeonggi";
  charter.not_before = kEpoch - kEpoch % 86'400;
  charter.expires = charter.not_before + std::int64_t{10} * 365 * 86'400;
  charter.threshold = (2 * members + 2) / 3;
  for (std::size_t i = 0; i < members; ++i) {
    charter.stewards.push_back(identities()[i].steward->verifier());
    charter.members.push_back(identities()[i].member);
  }
  SignedCharter made{charter, {format_charter(charter), {}}};
  for (std::size_t i = 0; i < members; ++i) sign_as(made, identities()[i]);
  return made;
}

}  // namespace

const SignedCharter& founding(std::size_t members) {
  static std::map<std::size_t, SignedCharter> made;
  const auto found = made.find(members);
  return found != made.end() ? found->second
                             : made.emplace(members, make_founding(members)).first->second;
}

SignedCharter proposal(const SignedCharter& current, std::size_t witnesses) {
  Charter next = current.charter;
  ++next.version;
  next.previous = charter_hash(current.note.text);
  next.witnesses = witnesses;
  return {next, {format_charter(next), {}}};
}

void sign_as(SignedCharter& charter, const Identity& steward) {
  auto line = sign_note(charter.note.text, *steward.steward);
  if (!line) std::abort();
  charter.note.signatures.push_back(*std::move(line));
}

}  // namespace dure::simulation
