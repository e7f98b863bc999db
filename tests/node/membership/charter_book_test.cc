// SPDX-License-Identifier: Apache-2.0
#include "membership/charter_book.h"

#include <gtest/gtest.h>

#include "federation-protocol/charter_fixture.h"
#include "membership/charter_changes.h"
#include "membership/charter_exchange.h"
#include "support/memory_charter_store.h"

namespace dure::node {
namespace {

using dure::testing::next_of;
using dure::testing::recovery_key;
using dure::testing::sign;
using dure::testing::steward;
using dure::testing::town;

constexpr std::int64_t kDay = 86'400;

class CharterBookTest : public ::testing::Test {
 protected:
  void SetUp() override {
    founding_ = sign(charter(), {1, 2});
    reopen();
    ASSERT_TRUE(book_->found(founding_));
  }
  static Charter charter() {
    Charter made = dure::testing::founding_charter();
    made.recovery = {recovery_key(1)->verifier(), recovery_key(2)->verifier()};
    made.recovery_threshold = 2;
    return made;
  }
  void reopen() {
    auto opened = CharterBook::open(store_, [this] { return now_; });
    ASSERT_TRUE(opened) << opened.error().detail;
    book_ = std::move(*opened);
  }
  Charter with_town(int number) {
    Charter next = next_of(*book_->current());
    next.members.push_back(town(number));
    return next;
  }
  std::string offer(const SignedCharter& charter) {
    const auto offered = book_->offer(format_signed_charter(charter));
    if (!offered) return std::string(error_name(offered.error().code));
    switch (*offered) {
      case Offered::kKnown:
        return "known";
      case Offered::kDraft:
        return "draft";
      case Offered::kAdopted:
        return "adopted";
      case Offered::kConflict:
        return "conflict";
    }
    return "";
  }

  MemoryCharterStore store_;
  std::int64_t now_ = 1'795'000'000 + kDay;
  std::unique_ptr<CharterBook> book_;
  SignedCharter founding_;
};

TEST_F(CharterBookTest, AdoptsWhatBothThresholdsSignedAndKeepsIt) {
  const Charter next = with_town(3);
  EXPECT_EQ(offer(sign(next, {1})), "draft");
  EXPECT_EQ(book_->size(), 1U);
  EXPECT_EQ(offer(sign(next, {1})), "known");
  EXPECT_EQ(offer(sign(next, {3})), "adopted") << "signatures of two offers count together";
  reopen();
  EXPECT_EQ(book_->size(), 2U);
  EXPECT_TRUE(book_->drafts().empty());
  EXPECT_EQ(book_->current()->charter.members.size(), 3U);
  EXPECT_TRUE(verify_succession(founding_, *book_->current()));
  EXPECT_EQ(book_->fingerprint(), book_->hash(1));
}

TEST_F(CharterBookTest, ADraftOutlivesARestartWithItsSignatures) {
  const Charter next = with_town(3);
  EXPECT_EQ(offer(sign(next, {2})), "draft");
  reopen();
  ASSERT_EQ(book_->drafts().size(), 1U);
  EXPECT_EQ(book_->drafts()[0].have, 1U);
  EXPECT_EQ(book_->drafts()[0].missing, (std::vector<std::string>{"s1", "s3"}));
  EXPECT_EQ(offer(sign(next, {1})), "adopted");
}

TEST_F(CharterBookTest, PassesNoGarbageOn) {
  SignedCharter draft = sign(with_town(3), {1});
  draft.note.signatures.push_back(*sign_note(draft.note.text, *steward(9)));
  draft.note.signatures.push_back(draft.note.signatures[0]);
  draft.note.signatures[1].name = "s2";
  EXPECT_EQ(offer(draft), "draft");
  EXPECT_EQ(book_->drafts()[0].charter.note.signatures.size(), 1U);
}

// Somebody asked to join: the draft travels to the stewards before any of them has signed it.
TEST_F(CharterBookTest, KeepsUnsignedDraftsThatOnlyTakeInAndFewOfThem) {
  Charter greedy = with_town(3);
  greedy.witnesses = 5;
  EXPECT_EQ(offer(sign(greedy, {})), "refused");
  EXPECT_EQ(offer(sign(greedy, {9})), "refused");
  Charter same = next_of(founding_);
  EXPECT_EQ(offer(sign(same, {})), "refused");
  Charter replacing = with_town(3);
  replacing.members.erase(replacing.members.begin());
  EXPECT_EQ(offer(sign(replacing, {})), "refused");
  for (int i = 0; i < static_cast<int>(kMaxUnsignedDrafts); ++i)
    EXPECT_EQ(offer(sign(with_town(10 + i), {})), "draft") << i;
  EXPECT_EQ(offer(sign(with_town(20), {})), "unavailable");
  EXPECT_EQ(offer(sign(with_town(20), {1})), "draft");
  EXPECT_EQ(offer(sign(with_town(20), {2})), "adopted");
  EXPECT_TRUE(book_->drafts().empty()) << "they followed a text that is not the newest any more";
}

TEST_F(CharterBookTest, TakesTheVersionsInOrder) {
  const auto second = sign(with_town(3), {1, 2});
  const auto third = sign(next_of(second), {2, 3});
  EXPECT_EQ(offer(third), "unavailable");
  EXPECT_EQ(offer(second), "adopted");
  EXPECT_EQ(offer(third), "adopted");
  EXPECT_EQ(offer(second), "known");
  EXPECT_EQ(offer(founding_), "known");
}

TEST_F(CharterBookTest, AContradictionIsKeptAndFreezes) {
  const auto one = sign(with_town(3), {1, 2});
  const auto other = sign(with_town(4), {2, 3});
  EXPECT_EQ(offer(one), "adopted");
  EXPECT_EQ(offer(sign(other.charter, {2})), "conflict") << "only a valid version is evidence";
  EXPECT_TRUE(book_->conflicts().empty());
  EXPECT_EQ(offer(other), "conflict");
  ASSERT_EQ(book_->conflicts().size(), 1U);
  EXPECT_EQ(offer(other), "known");
  reopen();
  EXPECT_EQ(book_->conflicts()[0].note.text, other.note.text);
  EXPECT_EQ(offer(sign(with_town(5), {1, 2, 3})), "refused");
  EXPECT_EQ(book_->size(), 2U) << "what was adopted goes on";
}

TEST_F(CharterBookTest, WaitsForItsDay) {
  Charter next = with_town(3);
  next.not_before = now_ + 3 * kDay;
  EXPECT_EQ(offer(sign(next, {1, 2})), "draft");
  EXPECT_EQ(book_->drafts()[0].counts_from, next.not_before);
  EXPECT_FALSE(*book_->settle());
  now_ += 3 * kDay;
  EXPECT_TRUE(*book_->settle());
  EXPECT_EQ(book_->size(), 2U);
}

TEST_F(CharterBookTest, RecoveryCountsFourteenDaysAfterItWasSeen) {
  Charter next = next_of(founding_);
  next.stewards = {steward(8)->verifier()};
  next.threshold = 1;
  const std::int64_t seen = now_;
  EXPECT_EQ(offer(sign(next, {8}, {1, 2})), "draft");
  now_ = seen + kRecoveryDelay - 1;
  reopen();
  EXPECT_FALSE(*book_->settle());
  now_ = seen + kRecoveryDelay;
  EXPECT_TRUE(*book_->settle());
  EXPECT_EQ(book_->current()->charter.stewards[0].name(), "s8");
}

TEST_F(CharterBookTest, StewardsStopARecovery) {
  Charter next = next_of(founding_);
  next.stewards = {steward(8)->verifier()};
  next.threshold = 1;
  EXPECT_EQ(offer(sign(next, {8}, {1, 2})), "draft");
  EXPECT_EQ(offer(sign(with_town(3), {1, 2})), "adopted");
  now_ += 2 * kRecoveryDelay;
  EXPECT_FALSE(*book_->settle());
  EXPECT_EQ(book_->current()->charter.members.size(), 3U);
}

// The store fails before or after it has written; either way a retry ends well.
TEST_F(CharterBookTest, AFailedWriteChangesNothingThatIsActedOn) {
  for (const Failure failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    const std::uint64_t size = book_->size();
    const auto next = sign(with_town(static_cast<int>(40 + size)), {1, 2});
    for (int skipped : {0, 1}) {  // as a draft, then as a version
      store_.fail_next.arm(failure, skipped);
      EXPECT_EQ(offer(next), "storage");
      EXPECT_EQ(book_->size(), size);
    }
    EXPECT_FALSE(store_.fail_next.armed());
    reopen();
    (void)book_->settle();
    EXPECT_TRUE(book_->size() == size + 1 || offer(next) == "adopted");
    EXPECT_EQ(book_->size(), size + 1);
    EXPECT_EQ(book_->current()->note.text, next.note.text);
  }
}

TEST_F(CharterBookTest, ALoneNodeMovesToAnotherFederation) {
  MemoryCharterStore lone_store;
  const auto lone = *CharterBook::open(lone_store, [this] { return now_; });
  Charter own = dure::testing::founding_charter(1, 1);
  own.federation = "alone";
  own.members.pop_back();
  ASSERT_TRUE(lone->found(sign(own, {1})));
  ASSERT_TRUE(lone->set_joining(CharterBook::Joining{"http://a", book_->fingerprint()}));
  const auto second = sign(with_town(3), {1, 2});
  const std::vector<std::string> chain = {format_signed_charter(founding_),
                                          format_signed_charter(second)};
  EXPECT_EQ(lone->move_to(chain, lone->fingerprint()).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(lone->move_to({chain[1]}, book_->fingerprint()).error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(lone->joining());
  ASSERT_TRUE(lone->move_to(chain, book_->fingerprint()));
  EXPECT_FALSE(lone->joining());
  const auto again = *CharterBook::open(lone_store, [this] { return now_; });
  EXPECT_EQ(again->size(), 2U);
  EXPECT_EQ(again->current()->charter.federation, "gyeonggi");
  EXPECT_EQ(again->move_to(chain, book_->fingerprint()).error().code, ErrorCode::kRefused);
}

TEST_F(CharterBookTest, AJoinRequestBecomesADraft) {
  const JoinRequest request{charter_hash(founding_.note.text), town(3)};
  const auto next = version_with(*book_->current(), request, book_->fingerprint(), now_);
  ASSERT_TRUE(next) << next.error().detail;
  EXPECT_EQ(offer(sign(*next, {})), "draft");
  const JoinRequest known{request.federation, town(1)};
  EXPECT_EQ(version_with(*book_->current(), known, book_->fingerprint(), now_).error().code,
            ErrorCode::kConflict);
  const JoinRequest elsewhere{Hash{}, town(3)};
  EXPECT_EQ(version_with(*book_->current(), elsewhere, book_->fingerprint(), now_).error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(version_with(*book_->current(), request, book_->fingerprint(), charter().expires)
                .error()
                .code,
            ErrorCode::kUnavailable);
}

TEST_F(CharterBookTest, WarnsNinetyThirtyAndSevenDaysAhead) {
  const auto warning = [&](std::int64_t days) {
    return expiry_of(charter(), charter().expires - days * kDay).warning;
  };
  EXPECT_EQ(warning(91), -1);
  EXPECT_EQ(warning(90), 90);
  EXPECT_EQ(warning(31), 90);
  EXPECT_EQ(warning(30), 30);
  EXPECT_EQ(warning(7), 7);
  EXPECT_EQ(warning(-5), 7);
  EXPECT_EQ(expiry_of(charter(), charter().expires + kDay).days_left, -1);
}

/// A peer that serves what its book holds.
class BookSource final : public Source {
 public:
  explicit BookSource(CharterBook& book) : book_(book) {}
  Result<FetchResponse> fetch(const FetchRequest& request) override {
    ++asked;
    const std::string_view path = request.path;
    if (path == "/federation/charter-state") return answer(format_charter_state(book_));
    constexpr std::string_view kVersion = "/federation/charter/";
    constexpr std::string_view kDraft = "/federation/charter-drafts/";
    if (path.starts_with(kVersion)) {
      auto note = book_.version(*parse_decimal(path.substr(kVersion.size())));
      return note ? answer(*note) : Result<FetchResponse>(note.error());
    }
    auto draft = book_.draft(path.substr(kDraft.size()));
    return draft ? answer(format_signed_charter(draft->charter))
                 : Result<FetchResponse>(draft.error());
  }
  int asked = 0;

 private:
  static Result<FetchResponse> answer(std::string body) {
    FetchResponse response;
    response.body = std::move(body);
    return response;
  }
  CharterBook& book_;
};

class CharterExchangeTest : public CharterBookTest {
 protected:
  void SetUp() override {
    CharterBookTest::SetUp();
    other_ = std::move(*CharterBook::open(other_store_, [this] { return now_; }));
    ASSERT_TRUE(other_->found(founding_));
  }
  CharterNews exchange() {
    BookSource source(*book_);
    const auto news = exchange_charters(*other_, source);
    EXPECT_TRUE(news) << (news ? "" : news.error().detail);
    return news ? *news : CharterNews{};
  }
  MemoryCharterStore other_store_;
  std::unique_ptr<CharterBook> other_;
};

TEST_F(CharterExchangeTest, BringsVersionsAndDrafts) {
  for (int i = 3; i < 8; ++i) ASSERT_EQ(offer(sign(with_town(i), {1, 2})), "adopted");
  ASSERT_EQ(offer(sign(with_town(9), {1})), "draft");
  const auto news = exchange();
  EXPECT_EQ(news.adopted, 5U);
  EXPECT_EQ(news.drafts, 1U);
  EXPECT_EQ(other_->current()->note.text, book_->current()->note.text);
  EXPECT_EQ(other_->drafts()[0].have, 1U);
}

TEST_F(CharterExchangeTest, AsksOnceWhereThereIsNothingNew) {
  BookSource source(*book_);
  ASSERT_TRUE(exchange_charters(*other_, source));
  EXPECT_EQ(source.asked, 1);
}

TEST_F(CharterExchangeTest, FindsAContradictionAtTheSameHeightAndBelow) {
  ASSERT_TRUE(other_->offer(format_signed_charter(sign(with_town(3), {1, 2}))));
  ASSERT_EQ(offer(sign(with_town(4), {2, 3})), "adopted");
  EXPECT_TRUE(exchange().conflict);
  EXPECT_EQ(other_->conflicts().size(), 1U);
}

TEST_F(CharterExchangeTest, FindsAContradictionBelowALongerChain) {
  ASSERT_TRUE(other_->offer(format_signed_charter(sign(with_town(3), {1, 2}))));
  ASSERT_EQ(offer(sign(with_town(4), {2, 3})), "adopted");
  ASSERT_EQ(offer(sign(with_town(5), {2, 3})), "adopted");
  EXPECT_TRUE(exchange().conflict);
  EXPECT_EQ(other_->size(), 2U);
}

TEST_F(CharterExchangeTest, FindsWhereTwoLongChainsPart) {
  ASSERT_EQ(offer(sign(with_town(3), {1, 2})), "adopted");
  ASSERT_TRUE(other_->offer(format_signed_charter(*book_->current())));
  // From here on each goes on by itself; their newest versions alone prove nothing.
  for (const int number : {4, 5, 6}) ASSERT_EQ(offer(sign(with_town(number), {2, 3})), "adopted");
  for (int number = 4; number <= 6; ++number) {
    Charter next = testing::next_of(*other_->current());
    next.members.push_back(testing::town(10 + number));
    ASSERT_TRUE(other_->offer(format_signed_charter(sign(next, {1, 2}))));
  }
  ASSERT_EQ(other_->size(), book_->size());
  EXPECT_TRUE(exchange().conflict);
  ASSERT_EQ(other_->conflicts().size(), 1U);
  EXPECT_EQ(other_->conflicts()[0].charter.version, 3U);
}

TEST_F(CharterExchangeTest, MalformedStatesAreErrors) {
  class Saying final : public Source {
   public:
    explicit Saying(std::string text) : text_(std::move(text)) {}
    Result<FetchResponse> fetch(const FetchRequest&) override {
      FetchResponse response;
      response.body = text_;
      return response;
    }

   private:
    std::string text_;
  };
  const std::string hash(64, 'a');
  for (const std::string& text :
       {std::string(), std::string("version"), "version 1 " + hash, "version 0 " + hash + "\n",
        "version 01 " + hash + "\n", "draft " + hash + "\n", std::string("version 1 abc\n"),
        "version 1 " + hash + "\ndraft " + hash + " \n"}) {
    Saying source(text);
    EXPECT_FALSE(exchange_charters(*other_, source)) << text;
  }
}

}  // namespace
}  // namespace dure::node
