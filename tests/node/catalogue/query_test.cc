// SPDX-License-Identifier: Apache-2.0
#include "catalogue/query.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace dure::node {
namespace {

/// The strict expression without synonyms, word starts shown as ^.
std::string match(std::string_view typed, const SynonymTable& synonyms = SynonymTable()) {
  auto parsed = parse_query(typed, synonyms);
  EXPECT_TRUE(parsed);
  std::string shown = parsed->strict.match;
  std::replace(shown.begin(), shown.end(), '\x01', '^');
  return shown;
}

TEST(QueryTest, LooksForAWordAtItsStartAndInside) {
  EXPECT_EQ(match("교통"), R"(("^교통" OR "교통"))");
}

TEST(QueryTest, OneSyllableIsAPrefixAtTheStartOfTextsAndOfWords) {
  EXPECT_EQ(match("물"), R"((^"^물"* OR "^물"*))");
  const auto phrases = parse_query("물", SynonymTable())->strict.phrases;
  ASSERT_EQ(phrases.size(), 2U);
  EXPECT_GT(phrases[0].weight, phrases[1].weight);
}

TEST(QueryTest, LatinWordsArePrefixesAndNumbersAreNot) {
  EXPECT_EQ(match("CCTV"), R"("cctv"*)");
  EXPECT_EQ(match("ＣＣＴＶ"), R"("cctv"*)");
  EXPECT_EQ(match("2026"), R"("2026")");
  EXPECT_EQ(match("x"), R"("x")");
}

TEST(QueryTest, ShortLatinWordsAreNoPrefixesAndLongOnesHaveStems) {
  EXPECT_EQ(match("AI"), R"("ai")") << "not AIDS";
  EXPECT_EQ(match("parking"), R"(("parking"* OR "park"*))");
  EXPECT_EQ(match("farmers"), R"(("farmers"* OR "farm"*))");
  EXPECT_EQ(match("beds"), R"("beds"*)");
}

TEST(QueryTest, LeavesOutWhatSaysNothing) {
  EXPECT_EQ(match("주차 지원 신청 방법"), match("주차"));
  EXPECT_EQ(match("주차를 지원받으려면"), match("주차를"));
  EXPECT_EQ(match("how to find parking"), match("find parking"));
  EXPECT_EQ(match("지원 신청"), R"(("^지원" OR "지원") AND ("^신청" OR "신청"))")
      << "alone it counts";
}

TEST(QueryTest, StripsTwoParticles) {
  EXPECT_NE(match("노인들을").find(R"("^노인")"), std::string::npos);
  EXPECT_NE(match("침수로부터").find(R"("^침수")"), std::string::npos);
  EXPECT_NE(match("소상공인에게는").find(R"("^소상공인")"), std::string::npos);
}

TEST(QueryTest, JoinsNeighboursOfOneSyllable) {
  EXPECT_NE(match("방과 후").find(R"("^방과후")"), std::string::npos);
  EXPECT_EQ(match("불법 주차").find("불법주차"), std::string::npos)
      << "each is found inside the other anyway";
  const auto table = SynonymTable::parse("독거노인\t홀몸노인\n");
  EXPECT_NE(match("독거 노인", *table).find(R"("^홀몸노인")"), std::string::npos);
}

TEST(QueryTest, TakesCompoundsApartWhereBothHalvesAreKnown) {
  QueryOptions options;
  options.known = [](std::string_view word) { return word == "난임부부" || word == "시술비"; };
  const auto parsed = parse_query("난임부부시술비를", SynonymTable(), options);
  EXPECT_NE(parsed->strict.match.find(" AND "), std::string::npos);
  EXPECT_EQ(match("난임부부시술비를").find(" AND "), std::string::npos);
}

TEST(QueryTest, LeavesOutNamedWords) {
  QueryOptions options;
  options.without = {"수원"};
  EXPECT_EQ(parse_query("수원 주차", SynonymTable(), options)->strict.words.size(), 1U);
}

TEST(QueryTest, StripsParticlesAsAnAlternative) {
  EXPECT_EQ(match("교통을"), R"(("^교통을" OR "교통을" OR "^교통" OR "교통"))");
  EXPECT_EQ(match("주차장에서").find(R"("^주차장")") != std::string::npos, true);
  EXPECT_EQ(match("도로"), R"(("^도로" OR "도로"))") << "one syllable must not remain";
}

TEST(QueryTest, FindsACompoundAcrossASpace) {
  EXPECT_NE(match("스마트도시").find(R"(NEAR("^스마트" "^도시", 3))"), std::string::npos);
  EXPECT_EQ(match("주차").find("NEAR"), std::string::npos);
  EXPECT_NE(match("방과후").find(R"(NEAR("^방과" "^후", 3))"), std::string::npos);
  EXPECT_NE(match("재난기본소득").find(R"(NEAR("^재난" "^기본" "^소득", 6))"), std::string::npos);
}

TEST(QueryTest, JoinsWordsByAnd) {
  EXPECT_EQ(match("노인 돌봄"), R"(("^노인" OR "노인") AND ("^돌봄" OR "돌봄"))");
  EXPECT_EQ(match("AI기반"), R"("ai" AND ("^기반" OR "기반"))");
}

TEST(QueryTest, KeepsNumbersWithTheirUnit) { EXPECT_EQ(match("24시간"), R"("24시간")"); }

TEST(QueryTest, RelaxedJoinsByOr) {
  auto parsed = parse_query("산 강", SynonymTable());
  ASSERT_TRUE(parsed);
  EXPECT_NE(parsed->relaxed.match.find(" OR \"\x01강\"*"), std::string::npos);
  EXPECT_EQ(parsed->relaxed.match.find(" AND "), std::string::npos);
  EXPECT_TRUE(parse_query("산", SynonymTable())->relaxed.match.empty());
}

TEST(QueryTest, AddsSynonyms) {
  auto table = SynonymTable::parse("# c\n노인\t어르신\t고령자\n");
  ASSERT_TRUE(table);
  EXPECT_NE(match("노인", *table).find(R"("^어르신" OR "어르신")"), std::string::npos);
  EXPECT_NE(match("노인을", *table).find(R"("^고령자")"), std::string::npos)
      << "also without the particle";
  EXPECT_EQ(match("아기", *table), R"(("^아기" OR "아기"))");
}

TEST(QueryTest, FollowsAOneWaySynonymOneWay) {
  auto table = SynonymTable::parse("대중교통\t공공교통\t>버스\n");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->others("대중교통"), (std::vector<std::string>{"공공교통", "버스"}));
  EXPECT_EQ(table->others("공공교통"), (std::vector<std::string>{"대중교통", "버스"}));
  EXPECT_TRUE(table->others("버스").empty());
  EXPECT_TRUE(table->others(">버스").empty());
}

TEST(QueryTest, RefusesASynonymGroupOfOne) {
  const auto table = SynonymTable::parse("노인\t어르신\n혼자\n");
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, ErrorCode::kMalformed);
  EXPECT_NE(table.error().detail.find("line 2"), std::string::npos);
}

TEST(QueryTest, NamesBadLinesOfSynonyms) {
  for (const char* bad : {"노인\t어르신\n가로 등\t가로등\n", "# x\n혼자\n", "\n노인\t\n",
                          "\n노인\t>\n", "\n노인\t노인,어르신\n"}) {
    const auto table = SynonymTable::parse(bad);
    ASSERT_FALSE(table) << bad;
    EXPECT_EQ(table.error().text, "errors.synonyms_line");
    EXPECT_EQ(table.error().args.front().second, "2") << bad;
  }
}

TEST(QueryTest, BuiltInSynonymsAreThere) {
  EXPECT_FALSE(SynonymTable::built_in().others("노인").empty());
}

TEST(QueryTest, OperatorsAndQuotesAreNothingSpecial) {
  EXPECT_EQ(match(R"(")"), "");
  EXPECT_EQ(match("*^(){}:-+"), "");
  EXPECT_EQ(match(R"(x" NOT "b)"), R"("x" AND "not" AND "b")");
  EXPECT_EQ(match("NEAR(교통, 3)"), R"("near"* AND ("^교통" OR "교통") AND "3")");
  EXPECT_EQ(match("title:교통"), R"("title"* AND ("^교통" OR "교통"))");
  EXPECT_EQ(match(std::string_view("교통\0도로", 13)), match("교통 도로"));
}

TEST(QueryTest, EmptyInputMatchesNothingSpecial) {
  EXPECT_EQ(match(""), "");
  EXPECT_EQ(match(" \t\n"), "");
}

TEST(QueryTest, TakesDecomposedInput) {
  EXPECT_EQ(match("\xE1\x84\x80\xE1\x85\xAD\xE1\x84\x90\xE1\x85\xA9\xE1\x86\xBC"), match("교통"));
}

TEST(QueryTest, SurvivesBadUtf8) { EXPECT_EQ(match("교통\xFF\xFE"), match("교통")); }

TEST(QueryTest, BoundsWhatIsTyped) {
  std::string ten_thousand;
  for (int i = 0; i < 10'000; ++i) ten_thousand += "가";
  EXPECT_LT(match(ten_thousand).size(), 4'000U);
  EXPECT_FALSE(parse_query(std::string(kMaxQueryBytes + 1, 'a'), SynonymTable()));
  std::string words;
  for (int i = 0; i < 100; ++i) words += "w" + std::to_string(i) + ' ';
  EXPECT_EQ(parse_query(words, SynonymTable())->strict.words.size(), kMaxQueryWords);
  std::string mixed;
  for (int i = 0; i < 1'000; ++i) mixed += "1가";
  EXPECT_LT(match(mixed).size(), 4'000U);
}

TEST(QueryTest, SaysTheSameWordOnce) { EXPECT_EQ(match("산 산 산"), match("산")); }

TEST(QueryTest, CountsEveryPhrase) {
  for (const char* typed : {"교통", "스마트도시에서", "노인 돌봄 CCTV", "물", "제2주차"}) {
    auto parsed = parse_query(typed, SynonymTable::built_in());
    ASSERT_TRUE(parsed);
    const auto quotes = std::count(parsed->strict.match.begin(), parsed->strict.match.end(), '"');
    EXPECT_EQ(parsed->strict.phrases.size() * 2, static_cast<std::size_t>(quotes)) << typed;
  }
}

}  // namespace
}  // namespace dure::node
