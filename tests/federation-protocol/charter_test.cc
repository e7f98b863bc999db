// SPDX-License-Identifier: Apache-2.0
#include "dure/charter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "charter_fixture.h"

namespace dure {
namespace {

using testing::founding_charter;
using testing::next_of;
using testing::outcome;
using testing::recovery_key;
using testing::sign;
using testing::steward;
using testing::town;

std::string succession(const SignedCharter& current, const SignedCharter& next) {
  const auto verdict = verify_succession(current, next);
  if (!verdict) return std::string(error_name(verdict.error().code));
  return *verdict == Succession::kOrdinary ? "ordinary" : "recovery";
}

Charter full_charter() {
  Charter charter = founding_charter();
  charter.version = 3;
  charter.previous = Hash{1, 2, 3};
  charter.recovery = {recovery_key(1)->verifier(), recovery_key(2)->verifier(),
                      recovery_key(3)->verifier()};
  charter.recovery_threshold = 3;
  charter.members[1].status = MemberStatus::kObserver;
  charter.members[1].operator_group = "nia";
  charter.members[0].logs.push_back(
      {2, testing::signer("t1.example/dure/2", KeyType::kEd25519, 90)->verifier()});
  charter.sealed.push_back(
      {"t1.example/dure/1", 70, hash_leaf("x"), "forked", "t1.example/dure/2"});
  charter.sealed.push_back({"gone.example/dure/1", 0, empty_root(), "dissolved", ""});
  return charter;
}

TEST(CharterTest, ComesBackFromItsText) {
  const std::string text = format_charter(full_charter());
  const auto charter = parse_charter(text);
  ASSERT_TRUE(charter) << charter.error().detail;
  EXPECT_EQ(format_charter(*charter), text);
  EXPECT_EQ(charter->members[1].name, "마을 2");
  EXPECT_EQ(charter->sealed[0].successor, "t1.example/dure/2");
  EXPECT_EQ(charter->not_before, 1'795'000'000);
  EXPECT_TRUE(text.starts_with("federation-charter/v1\nfederation gyeonggi\nversion 3\nprevious "));
}

TEST(CharterTest, RefusesEveryCutAndEveryLineTwice) {
  const std::string text = format_charter(full_charter());
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto cut = parse_charter(text.substr(0, size));
    // A cut between two lines of the lists is another, shorter charter.
    EXPECT_TRUE(!cut || text[size - 1] == '\n') << size;
  }
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    const std::string line = text.substr(at, text.find('\n', at) + 1 - at);
    EXPECT_FALSE(parse_charter(text.substr(0, at) + line + text.substr(at))) << line;
  }
}

TEST(CharterTest, HasOneSpelling) {
  const std::string text = format_charter(full_charter());
  const auto changed = [&](std::string_view from, std::string_view to) {
    std::string other = text;
    const auto at = other.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return outcome(parse_charter(other.replace(at, from.size(), to)));
  };
  EXPECT_EQ(changed("version 3", "version 03"), "malformed");
  EXPECT_EQ(changed("version 3", "version  3"), "malformed");
  EXPECT_EQ(changed("threshold 2", "threshold 2 "), "malformed");
  EXPECT_EQ(changed("\nmember", "\n\nmember"), "malformed");
  EXPECT_EQ(changed("federation gyeonggi", "federation Gyeonggi"), "malformed");
  EXPECT_EQ(changed("previous 01", "previous 0A"), "malformed");
  EXPECT_EQ(changed("https://t1", "ftp://t1"), "malformed");
  EXPECT_EQ(changed("t1.example\n", "t1.example/\n"), "malformed");
  EXPECT_EQ(changed("charter/v1", "charter/v2"), "unsupported");
  EXPECT_EQ(changed("federation-charter/v1", "gyeonggi/dure/1"), "malformed");
  EXPECT_EQ(outcome(parse_charter(std::string(kMaxCharterBytes + 1, 'x'))), "too-large");
}

TEST(CharterTest, RefusesWhatBreaksARule) {
  const auto refused = [](auto change) {
    Charter charter = full_charter();
    change(charter);
    return outcome(parse_charter(format_charter(charter)));
  };
  EXPECT_EQ(refused([](Charter&) {}), "ok");
  EXPECT_EQ(refused([](Charter& c) { c.threshold = 1; }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.threshold = 4; }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.stewards.clear(); }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.recovery_threshold = 1; }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.recovery.clear(); }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.previous.reset(); }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.version = 1; }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.expires = c.not_before; }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.witnesses = 0; }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.stewards.push_back(steward(1)->verifier()); }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.recovery[0] = steward(1)->verifier(); }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.members.push_back(town(1)); }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.members[0].logs.clear(); }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { std::swap(c.members[0].logs[0], c.members[0].logs[1]); }),
            "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.members[0].witness = c.members[0].mirror; }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.members[0].request = c.members[0].logs[0].key; }),
            "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.members[0].operator_group = "two words"; }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.sealed[1].reason = "whim"; }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.sealed[1].origin = c.sealed[0].origin; }), "malformed");
  EXPECT_EQ(refused([](Charter& c) { c.sealed[0].successor = c.sealed[0].origin; }), "malformed");
}

// The same public key under another name is the same signer.
TEST(CharterTest, APublicKeyStandsOnce) {
  Charter charter = founding_charter();
  charter.stewards.push_back(testing::signer("other", KeyType::kEd25519, 101)->verifier());
  EXPECT_EQ(outcome(parse_charter(format_charter(charter))), "malformed");
  charter = founding_charter();
  charter.members[0].witness =
      testing::signer("t1.example/dure/witness", KeyType::kCosignatureV1, 101)->verifier();
  EXPECT_EQ(outcome(parse_charter(format_charter(charter))), "malformed");
}

TEST(CharterTest, FoundingNeedsItsOwnThreshold) {
  EXPECT_TRUE(verify_founding(sign(founding_charter(), {1, 3})));
  EXPECT_EQ(outcome(verify_founding(sign(founding_charter(), {1}))), "refused");
  EXPECT_EQ(outcome(verify_founding(sign(founding_charter(), {1, 1, 1}))), "refused");
  EXPECT_EQ(outcome(verify_founding(sign(founding_charter(), {1, 4}))), "refused");
  const auto first = sign(founding_charter(), {1, 2});
  EXPECT_EQ(outcome(verify_founding(sign(next_of(first), {1, 2}))), "invalid");
}

TEST(CharterTest, ASuccessorNeedsBothThresholds) {
  const auto first = sign(founding_charter(), {1, 2});
  Charter next = next_of(first);
  next.stewards = {steward(3)->verifier(), steward(4)->verifier(), steward(5)->verifier()};
  EXPECT_EQ(succession(first, sign(next, {1, 2, 4, 5})), "ordinary");
  EXPECT_EQ(succession(first, sign(next, {1, 3, 4})), "ordinary");
  EXPECT_EQ(succession(first, sign(next, {3, 4, 5})), "refused") << "only one previous steward";
  EXPECT_EQ(succession(first, sign(next, {1, 2, 3})), "refused") << "only one of its own";
}

TEST(CharterTest, ASuccessorIsTheVeryNextVersionOfTheVeryText) {
  const auto first = sign(founding_charter(), {1, 2});
  EXPECT_EQ(succession(first, sign(next_of(first), {2, 3})), "ordinary");
  Charter skipping = next_of(first);
  skipping.version = 3;
  EXPECT_EQ(succession(first, sign(skipping, {1, 2, 3})), "invalid");
  EXPECT_EQ(succession(first, first), "invalid");
  Charter elsewhere = next_of(first);
  elsewhere.federation = "gangwon";
  EXPECT_EQ(succession(first, sign(elsewhere, {1, 2, 3})), "invalid");
  Charter other = next_of(first);
  (*other.previous)[31] ^= 1;
  EXPECT_EQ(succession(first, sign(other, {1, 2, 3})), "conflict");
}

TEST(CharterTest, RecoveryKeysReplaceStewardsAndNothingElse) {
  Charter charter = founding_charter();
  charter.recovery = {recovery_key(1)->verifier(), recovery_key(2)->verifier(),
                      recovery_key(3)->verifier()};
  charter.recovery_threshold = 2;
  const auto first = sign(charter, {1, 2});
  Charter next = next_of(first);
  next.stewards = {steward(7)->verifier()};
  next.threshold = 1;
  EXPECT_EQ(succession(first, sign(next, {7}, {1, 3})), "recovery");
  EXPECT_EQ(succession(first, sign(next, {7}, {1})), "refused");
  EXPECT_EQ(succession(first, sign(next, {}, {1, 2, 3})), "refused")
      << "its own steward is missing";
  EXPECT_EQ(succession(first, sign(next, {1, 2, 7})), "ordinary");
  next.members.push_back(town(3));
  EXPECT_EQ(succession(first, sign(next, {7}, {1, 2, 3})), "refused");
  EXPECT_EQ(succession(first, sign(next, {1, 2, 7})), "ordinary");
}

// Duplicating, reordering, renaming or damaging lines never raises the count.
TEST(CharterTest, CountsASignerOnce) {
  const auto keys = founding_charter().stewards;
  SignedCharter charter = sign(founding_charter(), {1, 2});
  auto& lines = charter.note.signatures;
  for (int copies = 0; copies < 3; ++copies) {
    const auto first_two = std::vector<NoteSignature>(lines.begin(), lines.begin() + 2);
    lines.insert(lines.end(), first_two.begin(), first_two.end());
    lines.push_back(lines[0]);
    lines.back().name = keys[2].name();
    lines.push_back(lines[0]);
    lines.back().name = keys[2].name();
    lines.back().key_id = keys[2].id();
    std::rotate(lines.begin(), lines.begin() + 1, lines.end());
    EXPECT_EQ(signers_of(charter.note, keys).size(), 2U);
  }
  auto doubled = keys;
  doubled.insert(doubled.end(), keys.begin(), keys.end());
  doubled.push_back(testing::signer("other", KeyType::kEd25519, 101)->verifier());
  EXPECT_EQ(signers_of(charter.note, doubled).size(), 2U);
}

TEST(CharterTest, EveryFlippedBitOfASignatureLosesIt) {
  const auto whole = sign(founding_charter(), {1, 2});
  ASSERT_TRUE(verify_founding(whole));
  const std::size_t bits = whole.note.signatures[0].blob.size() * 8;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    SignedCharter damaged = whole;
    damaged.note.signatures[0].blob[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_EQ(outcome(verify_founding(damaged)), "refused") << bit;
  }
  for (std::size_t byte = 0; byte < whole.note.text.size(); ++byte) {
    std::string note = format_note(whole.note);
    note[byte] = static_cast<char>(note[byte] ^ 1);
    const auto damaged = parse_signed_charter(note);
    EXPECT_TRUE(!damaged || !verify_founding(*damaged)) << byte;
  }
}

TEST(CharterTest, DraftsComeBackWithoutSignatures) {
  const SignedCharter draft = sign(founding_charter(), {});
  const auto again = parse_signed_charter(format_signed_charter(draft));
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_TRUE(again->note.signatures.empty());
  EXPECT_EQ(again->note.text, draft.note.text);
  const SignedCharter whole = sign(founding_charter(), {2, 1});
  EXPECT_EQ(format_signed_charter(*parse_signed_charter(format_signed_charter(whole))),
            format_note(whole.note));
}

TEST(CharterTest, JoinRequestsAreSignedByTheNewestLogKey) {
  JoinRequest request{charter_hash("founding"), town(5)};
  const auto log = testing::signer("t5.example/dure/1", KeyType::kEd25519, 20);
  Note note{format_join_request(request), {}};
  note.signatures.push_back(*sign_note(note.text, *log));
  const auto opened = open_join_request(format_note(note));
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ(opened->federation, request.federation);
  EXPECT_EQ(format_join_request(*opened), note.text);
  const std::string bytes = format_note(note);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(open_join_request(damaged)) << i;
  }
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(open_join_request(bytes.substr(0, size))) << size;
  note.signatures = {*sign_note(note.text, *steward(1))};
  EXPECT_EQ(outcome(open_join_request(format_note(note))), "unknown-key");
  EXPECT_FALSE(parse_charter(note.text));
}

// No checkpoint of a log can be read as a charter, and the other way round.
TEST(CharterTest, IsNoCheckpoint) {
  EXPECT_FALSE(is_origin("federation-charter/v1"));
  EXPECT_EQ(outcome(parse_checkpoint(format_charter(founding_charter()))), "malformed");
}

TEST(CharterTest, HoldsTheWholeCountry) {
  Charter charter = founding_charter();
  charter.members.clear();
  for (int i = 0; i < 250; ++i) {
    CharterMember member;
    member.id = "t" + std::to_string(i) + ".example/dure";
    member.name = "어느 지방자치단체";
    Secret<32> seed;
    const auto key = [&](const char* purpose, KeyType type, std::uint8_t tag) {
      std::fill_n(seed.data(), 32, tag);
      seed.data()[0] = static_cast<std::uint8_t>(i);
      return (*make_ed25519_signer(member.id + purpose, type, seed))->verifier();
    };
    member.logs.push_back({1, key("/1", KeyType::kEd25519, 201)});
    member.witness = key("/witness", KeyType::kCosignatureV1, 202);
    member.mirror = key("/mirror", KeyType::kCosignatureV1, 203);
    member.request = key("/request", KeyType::kEd25519, 204);
    charter.members.push_back(member);
  }
  const std::string text = format_charter(charter);
  EXPECT_LT(text.size(), kMaxCharterBytes / 4);
  EXPECT_TRUE(parse_charter(text));
}

}  // namespace
}  // namespace dure
