// SPDX-License-Identifier: Apache-2.0
#include "catalogue/search_service.h"

#include <gtest/gtest.h>

#include <set>

#include "dure/proof.h"
#include "node/catalogue/memory_catalogue.h"

namespace dure::node {
namespace {

constexpr const char* kOther = "anyang.example/dure/1";

class SearchServiceTest : public testing::Test {
 protected:
  Result<SearchAnswer> search(const std::string& words, std::size_t limit = 20,
                              const std::string& cursor = {}) {
    SearchRequest request;
    request.words = words;
    request.limit = limit;
    request.cursor = cursor;
    return house_.service->search(request);
  }
  CatalogueHouse house_;
};

TEST_F(SearchServiceTest, RelaxesOnlyWhenNothingHoldsEveryWord) {
  house_.add(make_entry("service", test_id(1), 1, service_body("노인 돌봄")));
  house_.add(make_entry("service", test_id(2), 1, service_body("드론 감시")));
  house_.fold();
  const auto strict = search("노인 돌봄");
  ASSERT_TRUE(strict);
  EXPECT_FALSE(strict->relaxed);
  EXPECT_EQ(strict->page.matched, 1U);
  const auto relaxed = search("노인 드론");
  ASSERT_TRUE(relaxed);
  EXPECT_TRUE(relaxed->relaxed);
  EXPECT_EQ(relaxed->page.matched, 2U);
  const auto nothing = search("굴뚝 청소");
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(nothing->relaxed);
  EXPECT_EQ(nothing->page.matched, 0U);
  EXPECT_EQ(nothing->page.total, 2U);
}

TEST_F(SearchServiceTest, PagesThroughARelaxedSearch) {
  for (std::uint64_t i = 0; i < 6; ++i)
    house_.add(make_entry("service", test_id(i), 1, service_body(i % 2 == 0 ? "노인" : "드론")));
  house_.fold();
  std::set<std::string> seen;
  std::string cursor;
  do {
    const auto page = search("노인 드론", 2, cursor);
    ASSERT_TRUE(page) << page.error().detail;
    EXPECT_TRUE(page->relaxed);
    for (const SearchHit& hit : page->page.hits) EXPECT_TRUE(seen.insert(hit.item.id).second);
    cursor = page->page.next_cursor;
  } while (!cursor.empty());
  EXPECT_EQ(seen.size(), 6U);
}

TEST_F(SearchServiceTest, AnOldRegionCodeAndTheNewOneFindEachOther) {
  const auto body = [](const std::string& title, const std::string& code) {
    return R"({"title":{"ko":")" + title + R"("},"regions":[{"scheme":"bjd","code":")" + code +
           R"(00000","asOf":"2022-01-01"}]})";
  };
  house_.add(make_entry("service", test_id(1), 1, body("강원 옛", "42110")));
  house_.add(make_entry("service", test_id(2), 1, body("강원 새", "51110")));
  house_.add(make_entry("service", test_id(3), 1, body("전북 옛", "45000")));
  house_.add(make_entry("service", test_id(4), 1, body("군위 옛", "47720")));
  house_.add(make_entry("service", test_id(5), 1, body("수원", "41110")));
  house_.fold();
  const auto found = [&](const std::string& region) {
    std::set<std::string> ids;
    SearchRequest request;
    request.region = region;
    request.limit = 1;  // the cursor has to know the region too
    do {
      const auto answer = house_.service->search(request);
      if (!answer) return ids;
      for (const SearchHit& hit : answer->page.hits) ids.insert(hit.item.title);
      request.cursor = answer->page.next_cursor;
    } while (!request.cursor.empty());
    return ids;
  };
  using Ids = std::set<std::string>;
  for (const char* gangwon : {"42000", "51000", "42110", "51110"})
    EXPECT_EQ(found(gangwon), (Ids{"강원 옛", "강원 새"})) << gangwon;
  EXPECT_EQ(found("52000"), Ids{"전북 옛"});
  EXPECT_EQ(found("45000"), Ids{"전북 옛"});
  EXPECT_EQ(found("27000"), Ids{"군위 옛"});
  EXPECT_EQ(found("41000"), Ids{"수원"});
}

TEST_F(SearchServiceTest, NamesTheBadParameter) {
  const auto parameter_of = [&](const SearchRequest& request) {
    const auto answer = house_.service->search(request);
    return answer || answer.error().args.empty() ? std::string() : answer.error().args[0].second;
  };
  SearchRequest request;
  request.limit = 101;
  EXPECT_EQ(parameter_of(request), "limit");
  request = {};
  request.region = "4111";
  EXPECT_EQ(parameter_of(request), "region");
  request = {};
  request.type = "Service!";
  EXPECT_EQ(parameter_of(request), "type");
  request = {};
  request.origin = "no origin";
  EXPECT_EQ(parameter_of(request), "origin");
  for (const char* cursor : {"x", "s", "sAAAA", "r", "rAAAA"}) {
    request = {};
    request.words = "노인 드론";
    request.cursor = cursor;
    EXPECT_EQ(parameter_of(request), "cursor") << cursor;
  }
  request = {};
  request.words = std::string(kMaxQueryBytes + 1, 'a');
  EXPECT_EQ(parameter_of(request), "q");
}

TEST_F(SearchServiceTest, TellsARecordWithItsHistory) {
  house_.add(make_entry("service", test_id(1), 1, service_body("처음")));
  house_.add(make_entry("service", test_id(2), 1, service_body("다른 것")));
  house_.add(make_entry("service", test_id(1), 2, service_body("고침")));
  house_.complete();
  house_.fold();
  const auto record = house_.service->record(test_id(1));
  ASSERT_TRUE(record) << record.error().detail;
  EXPECT_EQ(record->item.title, "고침");
  EXPECT_EQ(record->index, 2U);
  EXPECT_EQ(record->head_size, 3U);
  EXPECT_EQ(record->publisher, "경기도 수원시");
  EXPECT_EQ(record->body, service_body("고침"));
  ASSERT_EQ(record->history.size(), 2U);
  EXPECT_EQ(record->history[0].rev, 1U);
  EXPECT_EQ(record->history[1].index, 2U);
  const auto first = house_.service->record(test_id(1), {}, 1);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->body, service_body("처음"));
  EXPECT_EQ(house_.service->record(test_id(1), {}, 9).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(house_.service->record(test_id(7)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(house_.service->record("rubbish").error().code, ErrorCode::kInvalid);
}

TEST_F(SearchServiceTest, AnotherLogNeverOverridesARecord) {
  house_.add(make_entry("service", test_id(1), 1, service_body("진짜")));
  house_.add(make_entry("service", test_id(1), 9, service_body("가짜")), kOther);
  house_.fold();
  EXPECT_EQ(house_.service->record(test_id(1)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(house_.service->claims(test_id(1))->size(), 2U);
  EXPECT_EQ(house_.service->record(test_id(1), kTestOrigin)->item.title, "진짜");
  EXPECT_EQ(house_.service->record(test_id(1), kOther)->item.title, "가짜");
  EXPECT_EQ(search("진짜")->page.matched, 1U);
}

TEST_F(SearchServiceTest, AProofVerifiesOffline) {
  for (std::uint64_t i = 0; i < 7; ++i)
    house_.add(make_entry("service", test_id(i), 1, service_body("사업")));
  house_.complete();
  house_.add(make_entry("service", test_id(9), 1, service_body("나중")));
  house_.fold();
  const auto text = house_.service->proof(test_id(4));
  ASSERT_TRUE(text) << text.error().detail;
  const auto proof = parse_proof(*text);
  ASSERT_TRUE(proof);
  Policy policy;
  policy.logs.push_back({test_signer()->verifier(), ""});
  const auto verified = verify_entry(*proof, service_body("사업"), policy);
  ASSERT_TRUE(verified) << verified.error().detail;
  EXPECT_EQ(verified->index, 4U);
  EXPECT_FALSE(verify_entry(*proof, service_body("사업2"), policy));
  EXPECT_EQ(house_.service->proof(test_id(9)).error().code, ErrorCode::kConflict)
      << "the head does not cover it yet";
}

TEST_F(SearchServiceTest, AnErasedEntryHasNoProof) {
  auto entry = make_entry("service", test_id(1), 1, service_body("사업"));
  entry.salt.reset();
  entry.body.clear();
  house_.add(entry);
  house_.complete();
  house_.fold();
  EXPECT_EQ(house_.service->proof(test_id(1)).error().code, ErrorCode::kGone);
}

TEST_F(SearchServiceTest, KnowsPublishersByTheirCards) {
  PeerEntry peer;
  peer.card.origin = kOther;
  peer.card.name = "경기도 안양시";
  ASSERT_TRUE(house_.peers.add(peer));
  EXPECT_EQ(house_.service->publisher(kOther), "경기도 안양시");
  EXPECT_EQ(house_.service->publisher(kTestOrigin), "경기도 수원시");
  EXPECT_EQ(house_.service->publisher("x.example/dure/1"), "x.example/dure/1");
}

// The records of a sealed log go on in the next one.
class LinesServiceTest : public SearchServiceTest {
 protected:
  void SetUp() override {
    house_.add(make_entry("service", test_id(1), 1, service_body("처음")));
    house_.add(make_entry("service", test_id(1), 2, service_body("둘째")));
    house_.add(make_entry("service", test_id(2), 1, service_body("다른")));
    house_.add(make_entry("service", test_id(1), 3, service_body("셋째")), kNext);
    house_.complete();
    house_.complete(kNext);
    const std::vector<LogLine> lines = {{kTestOrigin, kTestOrigin}, {kNext, kTestOrigin}};
    ASSERT_TRUE(house_.store->set_lines(lines));
    house_.fold();
  }
  static constexpr const char* kNext = "suwon.example/dure/2";
};

TEST_F(LinesServiceTest, OneRecordWithTheRevisionsOfBothLogs) {
  ASSERT_EQ(house_.service->claims(test_id(1))->size(), 1U);
  const auto record = house_.service->record(test_id(1));
  ASSERT_TRUE(record) << record.error().detail;
  EXPECT_EQ(record->origin, kNext);
  EXPECT_EQ(record->latest_rev, 3U);
  EXPECT_EQ(record->newer_origin, "");
  ASSERT_EQ(record->history.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(record->history[i].rev, i + 1);
    EXPECT_EQ(record->history[i].origin, i < 2 ? kTestOrigin : kNext);
    EXPECT_EQ(record->history[i].index, i < 2 ? i : 0);
    EXPECT_TRUE(record->history[i].provable);
  }
  EXPECT_EQ(house_.service->record(test_id(2))->origin, kTestOrigin);
}

TEST_F(LinesServiceTest, EachRevisionIsShownAndProvenInItsOwnLog) {
  const auto second = house_.service->record(test_id(1), kNext, 2);
  ASSERT_TRUE(second) << second.error().detail;
  EXPECT_EQ(second->origin, kTestOrigin);
  EXPECT_EQ(second->index, 1U);
  EXPECT_EQ(second->head_size, 3U);
  for (const std::uint64_t rev : {1U, 2U, 3U}) {
    const auto text = house_.service->proof(test_id(1), {}, rev);
    ASSERT_TRUE(text) << text.error().detail;
    const auto proof = parse_proof(*text);
    ASSERT_TRUE(proof);
    EXPECT_EQ(proof->checkpoint.rfind(rev < 3 ? kTestOrigin : kNext, 0), 0U);
  }
  EXPECT_EQ(house_.service->record(test_id(1), {}, 4).error().code, ErrorCode::kNotFound);
}

TEST_F(LinesServiceTest, AnOldLinkAnswersAndLeadsOn) {
  const auto old = house_.service->record(test_id(1), kTestOrigin);
  ASSERT_TRUE(old) << old.error().detail;
  EXPECT_EQ(old->latest_rev, 2U);
  EXPECT_EQ(old->newer_origin, kNext);
  EXPECT_EQ(old->history.size(), 2U) << "what came later is not this log's";
  EXPECT_TRUE(old->item.superseded);
}

TEST_F(LinesServiceTest, SomebodyElsesClaimIsNoRevision) {
  house_.add(make_entry("service", test_id(1), 9, service_body("빌린")), kOther);
  house_.fold();
  EXPECT_EQ(house_.service->claims(test_id(1))->size(), 2U);
  EXPECT_EQ(house_.service->record(test_id(1)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(house_.service->record(test_id(1), kNext)->history.size(), 3U);
  EXPECT_EQ(house_.service->record(test_id(1), kOther)->history.size(), 1U);
}

}  // namespace
}  // namespace dure::node
