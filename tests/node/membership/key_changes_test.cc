// SPDX-License-Identifier: Apache-2.0
// Whose wish it is that a log gets other keys, and what may change with them.
#include "membership/key_changes.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "federation-protocol/charter_fixture.h"
#include "membership/charter_book.h"
#include "support/memory_charter_store.h"

namespace dure::node {
namespace {

using dure::testing::next_of;
using dure::testing::sign;
using dure::testing::signer;
using dure::testing::town;

class KeyChangesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    current_ = sign(dure::testing::founding_charter(), {1, 2});
    auto opened = CharterBook::open(store_, [] { return std::int64_t{1'795'100'000}; });
    ASSERT_TRUE(opened);
    book_ = std::move(*opened);
    ASSERT_TRUE(book_->found(current_));
  }
  static std::unique_ptr<Signer> log_key(std::uint8_t seed) {
    return signer("t1.example/dure/1", KeyType::kEd25519, seed);
  }
  static MemberKeys keys(std::uint8_t seed) {
    const auto key = [&](const char* purpose, KeyType type, int offset) {
      return signer(std::string("t1.example/dure/") + purpose, type,
                    static_cast<std::uint8_t>(seed + offset))
          ->verifier();
    };
    return {log_key(seed)->verifier(), key("witness", KeyType::kCosignatureV1, 1),
            key("mirror", KeyType::kCosignatureV1, 2), key("request", KeyType::kEd25519, 3)};
  }
  Charter change(KeyStep step, std::uint8_t seed) const {
    auto next = version_changing_keys(current_, "t1.example/dure", step, keys(seed));
    EXPECT_TRUE(next) << next.error().detail;
    return next ? *next : Charter{};
  }
  /// The draft with signatures of log keys, each made from its seed.
  static SignedCharter wish(const Charter& next, std::initializer_list<std::uint8_t> seeds) {
    SignedCharter draft{next, {format_charter(next), {}}};
    for (const auto seed : seeds)
      draft.note.signatures.push_back(*sign_note(draft.note.text, *log_key(seed)));
    return draft;
  }
  Result<Offered> offer(const SignedCharter& draft) {
    return book_->offer(format_signed_charter(draft));
  }
  bool kept(const SignedCharter& draft) {
    const auto offered = offer(draft);
    return offered && *offered == Offered::kDraft;
  }
  /// The stewards sign it, and it is the newest version.
  void adopt(const Charter& next) {
    current_ = sign(next, {1, 2});
    ASSERT_EQ(*offer(current_), Offered::kAdopted);
  }

  static constexpr std::uint8_t kOld = 4, kNew = 60, kOther = 80;
  SignedCharter current_;
  MemoryCharterStore store_;
  std::unique_ptr<CharterBook> book_;
};

TEST_F(KeyChangesTest, GoesFromOneKeyToTwoToTheOther) {
  const auto begun = change(KeyStep::kBegin, kNew);
  ASSERT_EQ(begun.members[0].logs.size(), 2U);
  EXPECT_EQ(begun.members[0].logs[1].key.format(), log_key(kNew)->verifier().format());
  EXPECT_EQ(begun.members[0].request->format(), keys(kNew).request.format());
  EXPECT_EQ(key_change_between(current_, begun)->step, KeyStep::kBegin);
  adopt(begun);
  const auto finished = change(KeyStep::kFinish, kNew);
  ASSERT_EQ(finished.members[0].logs.size(), 1U);
  EXPECT_EQ(key_change_between(current_, finished)->step, KeyStep::kFinish);
  adopt(finished);
  EXPECT_EQ(finished.members[0].witness->format(), keys(kNew).witness.format());
  EXPECT_EQ(book_->keys_ever("t1.example/dure/1").size(), 2U) << "what was stored still opens";
  EXPECT_EQ(book_->request_keys_ever("t1.example/dure").size(), 2U);
}

TEST_F(KeyChangesTest, BeginningWantsThePresentKeyAndTheNewOne) {
  const auto begun = change(KeyStep::kBegin, kNew);
  EXPECT_EQ(offer(wish(begun, {})).error().code, ErrorCode::kRefused);
  EXPECT_EQ(offer(wish(begun, {kNew})).error().code, ErrorCode::kRefused) << "a stranger's wish";
  EXPECT_EQ(offer(wish(begun, {kOld})).error().code, ErrorCode::kRefused)
      << "the new key may be somebody else's";
  EXPECT_EQ(offer(wish(begun, {kNew, kOther})).error().code, ErrorCode::kRefused);
  ASSERT_TRUE(kept(wish(begun, {kOld, kNew})));
  const auto draft = book_->drafts().at(0);
  EXPECT_EQ(draft.have, 0U) << "a member's key is no steward's";
  EXPECT_EQ(draft.missing.size(), 3U);
  EXPECT_TRUE(is_wished_by_present_key(*key_change_between(current_, begun), draft.charter.note))
      << "kept, and handed on with the draft";
  EXPECT_EQ(*offer(sign(begun, {1})), Offered::kDraft);
  EXPECT_EQ(*offer(sign(begun, {2})), Offered::kAdopted);
}

TEST_F(KeyChangesTest, AnotherMembersKeyIsNobodysWish) {
  const auto begun = change(KeyStep::kBegin, kNew);
  SignedCharter draft = wish(begun, {kNew});
  const auto other = signer("t2.example/dure/1", KeyType::kEd25519, 8);
  ASSERT_EQ(other->verifier().format(), current_.charter.members[1].logs[0].key.format());
  draft.note.signatures.push_back(*sign_note(draft.note.text, *other));
  EXPECT_EQ(offer(draft).error().code, ErrorCode::kRefused);
}

TEST_F(KeyChangesTest, ASignatureOverAnotherTextIsNone) {
  const auto begun = change(KeyStep::kBegin, kNew);
  SignedCharter draft = wish(begun, {kOld, kNew});
  for (std::size_t i = 0; i < draft.note.signatures.size(); ++i) {
    for (const std::size_t at : {std::size_t{0}, std::size_t{31}, std::size_t{63}}) {
      SignedCharter changed = draft;
      changed.note.signatures[i].blob[at] =
          static_cast<char>(changed.note.signatures[i].blob[at] ^ 1);
      EXPECT_FALSE(offer(changed)) << i << " " << at;
    }
  }
  EXPECT_TRUE(kept(draft));
}

TEST_F(KeyChangesTest, ALostKeyIsReplacedAndMarked) {
  const auto replaced = change(KeyStep::kReplace, kNew);
  ASSERT_EQ(replaced.members[0].logs.size(), 1U);
  EXPECT_EQ(replaced.members[0].logs[0].generation, 1U) << "the log goes on";
  EXPECT_FALSE(kept(wish(replaced, {}))) << "nobody has the new key";
  ASSERT_TRUE(kept(wish(replaced, {kNew})));
  const auto change = *key_change_between(current_, replaced);
  EXPECT_FALSE(is_wished_by_present_key(change, book_->drafts().at(0).charter.note));
  // The old one turns up after all.
  EXPECT_TRUE(kept(wish(replaced, {kOld})));
  EXPECT_TRUE(is_wished_by_present_key(change, book_->drafts().at(0).charter.note));
}

TEST_F(KeyChangesTest, OtherKeysLeaveTheLogAsItIs) {
  const auto others = change(KeyStep::kOthers, kNew);
  ASSERT_EQ(others.members[0].logs.size(), 1U);
  EXPECT_EQ(others.members[0].logs[0].key.format(), log_key(kOld)->verifier().format());
  EXPECT_EQ(others.members[0].witness->format(), keys(kNew).witness.format());
  EXPECT_EQ(key_change_between(current_, others)->step, KeyStep::kOthers);
  EXPECT_FALSE(kept(wish(others, {})));
  EXPECT_FALSE(kept(wish(others, {kNew}))) << "the present key has to say so";
  EXPECT_TRUE(kept(wish(others, {kOld})));
  adopt(others);
  EXPECT_FALSE(version_changing_keys(current_, "t1.example/dure", KeyStep::kOthers, keys(kNew)))
      << "nothing would change";
}

TEST_F(KeyChangesTest, OnlyTheNewKeyLetsTheOldOneGo) {
  adopt(change(KeyStep::kBegin, kNew));
  const auto finished = change(KeyStep::kFinish, kNew);
  EXPECT_FALSE(kept(wish(finished, {kOld}))) << "a thief of the old key";
  EXPECT_FALSE(kept(wish(finished, {})));
  EXPECT_TRUE(kept(wish(finished, {kNew})));
  Charter back = next_of(current_);
  back.members[0].logs.pop_back();
  EXPECT_FALSE(key_change_between(current_, back)) << "back to the old one alone";
  EXPECT_FALSE(kept(wish(back, {kOld, kNew})));
}

TEST_F(KeyChangesTest, AnOldWishBringsNoOldKeyBack) {
  const auto begun = wish(change(KeyStep::kBegin, kNew), {kOld, kNew});
  adopt(begun.charter);
  const auto finished = wish(change(KeyStep::kFinish, kNew), {kNew});
  adopt(finished.charter);
  EXPECT_FALSE(kept(begun));
  EXPECT_FALSE(kept(finished));
  EXPECT_TRUE(book_->drafts().empty());
  // The next rotation is under way: what ended the last one does not undo it.
  adopt(change(KeyStep::kBegin, kOther));
  EXPECT_FALSE(kept(finished));
  EXPECT_FALSE(version_changing_keys(current_, "t1.example/dure", KeyStep::kFinish, keys(kNew)));
}

TEST_F(KeyChangesTest, ChangesNothingElse) {
  const Charter begun = change(KeyStep::kBegin, kNew);
  const auto refused = [&](const auto& more) {
    Charter next = begun;
    more(next);
    return !key_change_between(current_, next);
  };
  EXPECT_FALSE(refused([](Charter&) {}));
  EXPECT_TRUE(refused([](Charter& c) { c.members[0].url = "https://elsewhere.example"; }));
  EXPECT_TRUE(refused([](Charter& c) { c.members[0].status = MemberStatus::kObserver; }));
  EXPECT_TRUE(refused([](Charter& c) { std::swap(c.members[0].logs[0], c.members[0].logs[1]); }));
  EXPECT_TRUE(refused([](Charter& c) { c.members[1].request.reset(); }));
  EXPECT_TRUE(refused([](Charter& c) { c.members[1].logs[0].key = c.members[0].logs[1].key; }));
  EXPECT_TRUE(refused([](Charter& c) { c.members.pop_back(); }));
  EXPECT_TRUE(refused([](Charter& c) { c.members.push_back(town(5)); }));
  EXPECT_TRUE(refused([](Charter& c) { c.witnesses = 3; }));
  EXPECT_TRUE(refused([](Charter& c) { c.threshold = 3; }));
  EXPECT_TRUE(refused([](Charter& c) { c.expires += 1; }));
  EXPECT_TRUE(refused([&](Charter& c) { c.members[0] = current_.charter.members[0]; }))
      << "no other key";
}

TEST_F(KeyChangesTest, RefusesStepsThatDoNotFit) {
  const auto code = [&](KeyStep step, const MemberKeys& with, const char* member) {
    const auto next = version_changing_keys(current_, member, step, with);
    return next ? ErrorCode::kInternal : next.error().code;
  };
  EXPECT_EQ(code(KeyStep::kBegin, keys(kNew), "t9.example/dure"), ErrorCode::kNotFound);
  EXPECT_EQ(code(KeyStep::kFinish, keys(kNew), "t1.example/dure"), ErrorCode::kRefused);
  EXPECT_EQ(code(KeyStep::kReplace, keys(kOld), "t1.example/dure"), ErrorCode::kRefused);
  auto taken = keys(kNew);
  taken.request = *current_.charter.members[0].request;
  EXPECT_TRUE(version_changing_keys(current_, "t1.example/dure", KeyStep::kBegin, taken))
      << "other keys may stay";
  adopt(change(KeyStep::kBegin, kNew));
  EXPECT_EQ(code(KeyStep::kBegin, keys(kOther), "t1.example/dure"), ErrorCode::kRefused);
  Charter sealed = next_of(current_);
  sealed.sealed.push_back({"t1.example/dure/1", 7, hash_leaf("end"), "key-stolen", ""});
  adopt(sealed);
  EXPECT_EQ(code(KeyStep::kFinish, keys(kNew), "t1.example/dure"), ErrorCode::kRefused)
      << "it ended";
}

TEST_F(KeyChangesTest, WishesTakeNoMoreRoomThanOtherUnsignedDrafts) {
  std::size_t held = 0;
  for (std::uint8_t seed = 150; seed < 200; seed = static_cast<std::uint8_t>(seed + 4))
    held += kept(wish(change(KeyStep::kReplace, seed), {seed})) ? 1U : 0U;
  EXPECT_EQ(held, kMaxUnsignedDrafts);
}

}  // namespace
}  // namespace dure::node
