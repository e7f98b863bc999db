// SPDX-License-Identifier: Apache-2.0
// What a search makes of words that find nothing or little, rule by rule.
#include "catalogue/searching.h"

#include <gtest/gtest.h>

#include <set>

#include "node/catalogue/memory_catalogue.h"

namespace dure::node {
namespace {

using Titles = std::set<std::string>;

class SearchingTest : public testing::Test {
 protected:
  void add(const std::string& title, const std::string& region = "41110",
           const std::string& summary = "요약") {
    house_.add(make_entry("service", test_id(next_++), 1, service_body(title, summary, region)));
  }
  SearchAnswer ask(const std::string& words, bool exact = false) {
    SearchRequest request;
    request.words = words;
    request.limit = 100;
    request.exact = exact;
    return ask(request);
  }
  SearchAnswer ask(const SearchRequest& request) {
    if (next_ != folded_) house_.fold();
    folded_ = next_;
    auto answer = house_.service->search(request);
    EXPECT_TRUE(answer) << answer.error().detail;
    return answer ? *std::move(answer) : SearchAnswer();
  }
  Titles titles(const std::string& words) {
    const auto list = titles_of(ask(words).page);
    return {list.begin(), list.end()};
  }
  /// What the one corrected word of the query was taken for; empty: none.
  std::string meant(const std::string& words) {
    const SearchAnswer answer = ask(words);
    EXPECT_LE(answer.corrected.size(), 1U);
    return answer.corrected.empty() ? std::string() : answer.corrected.front().meant;
  }

  CatalogueHouse house_;
  std::uint64_t next_ = 0, folded_ = 0;
};

TEST_F(SearchingTest, TakesAWordThatFindsNothingForTheNearest) {
  add("공영 주차장 늘리기");
  add("시장 주차 안내");
  const SearchAnswer answer = ask("주자장");
  ASSERT_EQ(answer.corrected.size(), 1U);
  EXPECT_EQ(answer.corrected[0].typed, "주자장");
  EXPECT_EQ(answer.corrected[0].meant, "주차장");
  EXPECT_EQ(titles_of(answer.page), std::vector<std::string>{"공영 주차장 늘리기"});
  EXPECT_FALSE(answer.relaxed);
  EXPECT_EQ(meant("주자장에서"), "주차장") << "without its particle";
  EXPECT_EQ(meant("wnckwkd"), "주차장") << "the keyboard left in Latin";
  EXPECT_EQ(meant("주차장ㅇ"), "주차장") << "a loose jamo";
  EXPECT_EQ(meant("주차장"), "") << "what finds something stays";
  EXPECT_EQ(meant("층간소음"), "");
  SearchRequest request;
  request.words = "주자장";
  request.type = "practice";
  EXPECT_TRUE(ask(request).corrected.empty()) << "no correction to what finds nothing either";
}

TEST_F(SearchingTest, WhatIsAlikeSharesTheRarerWordsOfTitlesAndKeywords) {
  // Each has a word of its own, so that only 주차 is in very many.
  for (int i = 0; i < 2'100; ++i) add("주차 안내 " + std::to_string(i));
  add("나눔 텃밭");
  add("주차 나눔");
  add("도서관", "41110", "나눔을 배웁니다");
  SearchRequest request;
  request.words = "주차 나눔";
  request.alike = true;
  request.limit = 100;
  const SearchAnswer answer = ask(request);
  EXPECT_EQ(titles_of(answer.page), (std::vector<std::string>{"주차 나눔", "나눔 텃밭"}));
  EXPECT_TRUE(answer.page.next_cursor.empty());
  request.words = "주차";
  EXPECT_EQ(ask(request).page.matched, 2'101U) << "a single word is taken as it is";
  request.words = "주차장 텃밭";
  EXPECT_EQ(titles_of(ask(request).page), std::vector<std::string>{"나눔 텃밭"});
  request.words = "";
  EXPECT_TRUE(ask(request).page.hits.empty());
}

TEST_F(SearchingTest, WhatIsAlikeIsLookedForByThreeWords) {
  for (const char* word : {"가로등", "나루터", "다락방", "라면집"}) add(word);
  add("라면집");
  SearchRequest request;
  request.words = "라면집 가로등 나루터 다락방";
  request.alike = true;
  const auto found = titles_of(ask(request).page);
  EXPECT_EQ(Titles(found.begin(), found.end()), (Titles{"가로등", "나루터", "다락방"}))
      << "the word that most entries have is left out";
}

TEST_F(SearchingTest, TakesCapitalsForOtherKeys) {
  add("쓰레기 줄이기");
  EXPECT_EQ(meant("Tmfprl"), "쓰레기");
}

TEST_F(SearchingTest, OfEquallyNearWordsTakesTheOneInMostDocuments) {
  add("보건소 검진");
  add("보건서 검진");
  add("보건서 접종");
  EXPECT_EQ(meant("보건스"), "보건서");
}

TEST_F(SearchingTest, CorrectsTwoSyllablesOnlyToCommonWords) {
  add("치매 검진");
  add("치매 상담");
  EXPECT_EQ(meant("치메"), "");
  add("치매 쉼터");
  EXPECT_EQ(meant("치메"), "치매");
}

TEST_F(SearchingTest, CorrectsHalfOfACompound) {
  add("자전거 길 보험");
  add("보험 가입");
  add("보험 안내");
  add("보험 상담");
  EXPECT_EQ(meant("자전거보헙"), "자전거보험");
}

TEST_F(SearchingTest, CorrectsToSynonymsToo) {
  add("어르신 나들이");
  EXPECT_EQ(meant("고령쟈"), "고령자");
}

TEST_F(SearchingTest, ForgetsTheWordsOfWhatIsGone) {
  add("도서관 늘리기");
  EXPECT_EQ(meant("도사관"), "도서관");
  house_.add(make_entry("service", test_id(0), 2, service_body("박물관 늘리기")));
  house_.fold();
  EXPECT_EQ(meant("도사관"), "");
  EXPECT_EQ(meant("박불관"), "박물관");
}

TEST_F(SearchingTest, SearchesExactlyWhatWasTypedIfAsked) {
  add("주차장 늘리기", "41130");
  add("수원 나들이", "41110");
  EXPECT_EQ(ask("주자장", true).page.matched, 0U);
  EXPECT_TRUE(ask("주자장", true).corrected.empty());
  EXPECT_EQ(ask("주차장 굴뚝", true).page.matched, 0U);
  EXPECT_FALSE(ask("주차장 굴뚝", true).relaxed);
  EXPECT_TRUE(ask("수원 나들이", true).places.empty());
}

TEST_F(SearchingTest, KeepsOnlyWhatHoldsMostOfTheWords) {
  for (int i = 0; i < 8; ++i) add("흔한 상담 " + std::to_string(i));
  add("드문 굴뚝 상담");
  add("드문 굴뚝");
  const SearchAnswer answer = ask("굴뚝 상담 펭귄나라");
  EXPECT_TRUE(answer.relaxed);
  EXPECT_EQ(titles("굴뚝 상담 펭귄나라"), (Titles{"드문 굴뚝 상담", "드문 굴뚝"}))
      << "상담 alone weighs too little beside both";
}

TEST_F(SearchingTest, AddsWhatHoldsMostWordsIfFewHoldAll) {
  add("새벽 굴뚝 청소");
  add("새벽 굴뚝 구경");
  add("청소 차 구경");
  EXPECT_EQ(titles("새벽 굴뚝 청소"), (Titles{"새벽 굴뚝 청소", "새벽 굴뚝 구경"}));
  EXPECT_TRUE(ask("새벽 굴뚝 청소").relaxed);
  EXPECT_EQ(titles("굴뚝 청소"), Titles{"새벽 굴뚝 청소"}) << "two words are both wanted";
}

TEST_F(SearchingTest, FindsHalvesOfACompoundApart) {
  add("시술비 보태기", "41110", "난임부부라면 누구나");
  add("난임부부 모임");
  EXPECT_EQ(meant("난임부부시술비"), "") << "nothing is wrong with it";
  const SearchAnswer answer = ask("난임부부시술비");
  EXPECT_EQ(titles_of(answer.page), std::vector<std::string>{"시술비 보태기"});
  EXPECT_FALSE(answer.relaxed);
}

TEST_F(SearchingTest, APlaceNarrows) {
  add("도서관 가", "41110");
  add("도서관 나", "41130");
  add("수원 화성 나들이", "41110");
  for (const char* words : {"수원 도서관", "수원시 도서관", "도서관 수원시에서"}) {
    EXPECT_EQ(titles(words), Titles{"도서관 가"}) << words;
    EXPECT_EQ(ask(words).places, std::vector<std::string>{"41110"}) << words;
  }
  EXPECT_EQ(titles("경기도 도서관"), (Titles{"도서관 가", "도서관 나"}));
  EXPECT_EQ(ask("경기도 성남시 도서관").places, std::vector<std::string>{"41130"});
  EXPECT_EQ(titles("수원"), Titles{"수원 화성 나들이"}) << "alone it is a word";
  EXPECT_TRUE(ask("수원").places.empty());
}

TEST_F(SearchingTest, APlaceThatLeavesNothingIsAWord) {
  add("도서관 가", "41110");
  const SearchAnswer answer = ask("안양 도서관");
  EXPECT_TRUE(answer.places.empty());
  EXPECT_TRUE(answer.relaxed);
  EXPECT_EQ(titles_of(answer.page), std::vector<std::string>{"도서관 가"});
}

TEST_F(SearchingTest, AWordThatIsAlsoATownStaysAWord) {
  add("고령 운전자 면허 반납", "41110");
  add("고령 운전자 교육", "41130");
  add("딸기 운전자 모임", "47830");
  EXPECT_EQ(titles("고령 운전자"), (Titles{"고령 운전자 면허 반납", "고령 운전자 교육"}));
  EXPECT_TRUE(ask("고령 운전자").places.empty());
  EXPECT_EQ(titles("고령군 운전자"), Titles{"딸기 운전자 모임"}) << "said in full it is the town";
}

TEST_F(SearchingTest, APlaceBesideTheChosenRegionIsLeftOut) {
  add("도서관 가", "41110");
  add("도서관 나", "41130");
  SearchRequest request;
  request.words = "수원 도서관";
  request.region = "41110";
  EXPECT_EQ(titles_of(ask(request).page), std::vector<std::string>{"도서관 가"});
  EXPECT_TRUE(ask(request).places.empty());
  request.region = "41000";
  EXPECT_EQ(ask(request).places, std::vector<std::string>{"41110"}) << "within the chosen one";
  request.words = "경기도 도서관";
  request.region = "41130";
  EXPECT_EQ(titles_of(ask(request).page), std::vector<std::string>{"도서관 나"});
  EXPECT_TRUE(ask(request).places.empty());
}

TEST_F(SearchingTest, PagesGoOnWithWhatWasMeant) {
  for (int i = 0; i < 5; ++i) add("도서관 " + std::to_string(i));
  SearchRequest request;
  request.words = "도사관";
  request.limit = 2;
  Titles seen;
  do {
    const SearchAnswer answer = ask(request);
    ASSERT_EQ(answer.corrected.size(), 1U);
    EXPECT_EQ(answer.corrected[0].meant, "도서관");
    for (const SearchHit& hit : answer.page.hits) EXPECT_TRUE(seen.insert(hit.item.title).second);
    request.cursor = answer.page.next_cursor;
    // What arrives meanwhile does not lead the pages elsewhere.
    if (seen.size() == 2) add("도사관이라는 곳");
  } while (!request.cursor.empty());
  EXPECT_EQ(seen.size(), 5U);
}

TEST_F(SearchingTest, AnswersHostileQueries) {
  for (int i = 0; i < 50; ++i) add("공영 주차장 " + std::to_string(i));
  std::string unknown, longest;
  for (int i = 0; i < 3000; ++i) unknown += "꿹쮏뷁쉛 ";
  for (int i = 0; i < 10'000; ++i) longest += "뷁";
  for (const std::string& words :
       {unknown, longest, std::string(10'000, 'q'), std::string("ㅋㅋㅋ"),
        std::string("\xFF\xFE\x80"), std::string("\" OR 1=1 --")}) {
    const SearchAnswer answer = ask(words);
    EXPECT_LE(answer.corrected.size(), kMaxCorrections);
  }
}

TEST(SearchPlanTest, ReadsWhatItWritesAndNothingElse) {
  for (const SearchPlan& plan :
       {SearchPlan{}, SearchPlan{SearchPlan::Words::kSome, true, false, ""},
        SearchPlan{SearchPlan::Words::kMost, true, true, "주차장 요금"}}) {
    const std::string text = format_plan(plan) + "rest";
    std::string_view rest = text;
    const auto read = take_plan(rest);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, plan);
    EXPECT_EQ(rest, "rest");
    for (std::size_t i = 0; i + 4 < text.size(); ++i) {
      std::string bad = text;
      bad[i] = '~';
      std::string_view from = bad;
      EXPECT_FALSE(take_plan(from)) << bad;
    }
  }
  for (const char* text : {"", ".", "s.", "s0", "x0.", "s8.", "s0A."}) {
    std::string_view rest = text;
    EXPECT_FALSE(take_plan(rest)) << text;
  }
}

}  // namespace
}  // namespace dure::node
