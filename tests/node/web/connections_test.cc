// SPDX-License-Identifier: Apache-2.0
// The graph of adoptions and the comparison: whatever entries say, both are whole and bounded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <set>

#include "web/adoption_graph.h"
#include "web/compare_view.h"
#include "web/pages.h"

namespace dure::node {
namespace {

using testing::HasSubstr;
using testing::Not;

AdoptionView adoption(const std::string& name, const std::string& decided,
                      std::vector<std::string> learned_from = {}) {
  AdoptionView view;
  view.name = name;
  view.publisher = name;
  view.facts.title.text = "도입 " + name;
  view.facts.decided = decided;
  view.facts.learned_from = std::move(learned_from);
  return view;
}

/// "b<a c<-": each under whom it stands, in order.
std::string drawn(const std::vector<AdoptionView>& adoptions) {
  std::string text;
  const auto places = place_adoptions(adoptions);
  for (const AdoptionPlace& place : places) {
    text += (text.empty() ? "" : " ") + adoptions[place.adoption].name + '<' +
            (place.parent ? adoptions[places[*place.parent].adoption].name : "-");
    for (const std::size_t also : place.also) text += '+' + adoptions[places[also].adoption].name;
  }
  return text;
}

TEST(AdoptionPlacesTest, StandUnderWhatTheyWereLearnedFromInOrderOfTime) {
  EXPECT_EQ(drawn({adoption("c", "2025-03-01", {"a"}), adoption("a", "2024-01-01"),
                   adoption("b", "2024-06-01"), adoption("d", "", {"c", "b"}),
                   adoption("e", "2024-02-01", {"a"})}),
            "a<- e<a c<a d<c+b b<-");
}

TEST(AdoptionPlacesTest, SourcesThatAreNotThereOrThemselvesCountForNothing) {
  EXPECT_EQ(drawn({adoption("a", "2024", {"a", "nobody"})}), "a<-");
  EXPECT_EQ(drawn({adoption("a", "2024"), adoption("b", "2025", {"a", "a"})}), "a<- b<a");
  EXPECT_EQ(drawn({}), "");
}

TEST(AdoptionPlacesTest, ACircleIsCutAtItsEarliestMember) {
  EXPECT_EQ(drawn({adoption("a", "2025", {"b"}), adoption("b", "2024", {"a"})}), "b<-+a a<b");
  EXPECT_EQ(drawn({adoption("a", "2026", {"b"}), adoption("b", "2025", {"c"}),
                   adoption("c", "2024", {"a"}), adoption("d", "2023", {"a"})}),
            "c<-+a b<c a<b d<a");
}

TEST(AdoptionPlacesTest, EveryAdoptionStandsOnceBelowItsParentWhateverTheySay) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same every time
  for (int round = 0; round < 300; ++round) {
    std::vector<AdoptionView> adoptions;
    const std::size_t count = 1 + random() % 12;
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<std::string> from;
      for (std::size_t n = random() % 3; n > 0; --n)
        from.push_back(std::to_string(random() % (count + 1)));
      adoptions.push_back(
          adoption(std::to_string(i), std::to_string(2000 + random() % 4), std::move(from)));
    }
    const auto places = place_adoptions(adoptions);
    std::set<std::size_t> seen;
    for (std::size_t line = 0; line < places.size(); ++line) {
      EXPECT_TRUE(seen.insert(places[line].adoption).second);
      if (places[line].parent) {
        ASSERT_LT(*places[line].parent, line);
        EXPECT_EQ(places[line].depth, places[*places[line].parent].depth + 1);
      }
      for (const std::size_t also : places[line].also) EXPECT_LT(also, places.size());
    }
    EXPECT_EQ(seen.size(), count) << "round " << round;
  }
}

TEST(AdoptionPlacesTest, ALongChainIsPlacedWithoutRecursion) {
  std::vector<AdoptionView> chain;
  for (int i = 0; i < 20'000; ++i)
    chain.push_back(adoption(std::to_string(i), "2024", {std::to_string(i - 1)}));
  EXPECT_EQ(place_adoptions(chain).back().depth, 20'000U);
  chain.front().facts.learned_from = {"19999"};
  EXPECT_EQ(place_adoptions(chain).size(), 20'000U) << "and as one circle";
}

class ConnectionsPageTest : public testing::Test {
 protected:
  static std::string entry(AdoptionGraphView graph, Language language = Language::kKo) {
    EntryPageView view;
    view.entry.title.text = "사례";
    view.connections.adoptions = std::move(graph);
    PageFrame frame;
    frame.language = language;
    return render_entry(frame, view);
  }
};

TEST_F(ConnectionsPageTest, TheTableSaysWhatTheDrawingShows) {
  AdoptionGraphView graph{{"음성 알림", {}}, "안동시", {adoption("구미시", "2024-10-14")}, 1};
  auto& facts = graph.adoptions[0].facts;
  facts.status = "운영";
  facts.outcomes = {{{"민원", {}}, "건", "90", "60"}};
  for (const Language language : {Language::kKo, Language::kEn}) {
    const std::string page = entry(graph, language);
    const std::size_t table = page.find("<table>");
    ASSERT_NE(table, std::string::npos);
    for (const std::string& part : {page.substr(0, table), page.substr(table)}) {
      EXPECT_THAT(part, HasSubstr("구미시"));
      EXPECT_THAT(part, HasSubstr("민원 90 → 60 건"));
      EXPECT_THAT(part, HasSubstr("운영"));
      EXPECT_THAT(part, HasSubstr("안동시"));
    }
    EXPECT_THAT(page, HasSubstr("<title id=\"graph-title\">"));
    EXPECT_THAT(page, HasSubstr("<desc id=\"graph-text\">"));
    EXPECT_THAT(page, Not(HasSubstr("style=")));
  }
}

TEST_F(ConnectionsPageTest, HostileWordsAndNumbersNeitherLeakNorGrowTheDrawing) {
  AdoptionGraphView graph{{"<script>", {}}, "<b>", {}, 5000};
  for (int i = 0; i < 200; ++i) {
    auto one = adoption("\"><svg onload=x>" + std::to_string(i), std::string(500, 'x'),
                        {"\"><svg onload=x>" + std::to_string(i - 1)});
    one.facts.outcomes.resize(50, {{std::string(2000, '<'), {}}, "</svg>", "1", "2"});
    graph.adoptions.push_back(std::move(one));
  }
  const std::string page = entry(graph);
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, Not(HasSubstr("<svg onload")));
  const std::string drawing = page.substr(page.find("<svg class"), page.find("</svg>"));
  const auto boxes = [&] {
    std::size_t count = 0;
    for (std::size_t at = drawing.find("<rect"); at != std::string::npos;
         at = drawing.find("<rect", at + 1))
      ++count;
    return count;
  };
  EXPECT_EQ(boxes(), 31U) << "the practice and thirty";
}

ComparedPractice practice(const std::string& name, std::vector<OutcomeFact> outcomes) {
  ComparedPractice one;
  one.publisher = name;
  one.facts.title.text = "사례 " + name;
  one.facts.outcomes = std::move(outcomes);
  one.facts.cost.currency = "KRW";
  return one;
}

TEST(CompareTest, IndicatorsAreSharedByNameAndUnit) {
  const auto found = shared_indicators(
      {practice("가", {{{"민원 건수", {}}, "건", "9", "6"}, {{"비용", {}}, "원", "", "5"}}),
       practice("나", {{{"민원건수", {}}, "건", "", "3"}, {{"비용", {}}, "천원", "", "5"}}),
       practice("다", {{{"민원 건수", {}}, "건", "", "1"}, {{"민원 건수", {}}, "건", "", "2"}})});
  ASSERT_EQ(found.shared.size(), 1U);
  EXPECT_EQ(found.shared[0].label, "민원 건수");
  EXPECT_EQ(found.shared[0].cells, (std::vector<std::string>{"9 → 6 건", "3 건", "1 건"}));
  EXPECT_EQ(found.single.size(), 2U) << "another unit is another indicator";
}

TEST(CompareTest, SaysWhatEachInhabitantPaysOrThatNobodyKnows) {
  CompareView view;
  view.practices = {practice("가", {}), practice("나", {}), practice("다", {})};
  view.practices[0].facts.cost.capital = 1'000'000;
  view.practices[0].population = 4000;
  view.practices[1].facts.cost.capital = 700;
  const std::string page = render_compare(PageFrame{}, view);
  EXPECT_THAT(page, HasSubstr("<td>250원</td><td>주민 수를 알 수 없음</td>"));
  EXPECT_THAT(page, HasSubstr("4,000명"));
  EXPECT_THAT(page, HasSubstr("적혀 있지 않음"));
}

TEST(EntryFactsTest, ReadsWhatIsToldAndNothingOfAnotherShape) {
  const auto facts = read_entry_facts(
      R"({"title":{"ko":"가"},"status":{"code":"ended","reason":{"ko":"끝"}},"decidedAt":"2024-01-02","kind":"failure",
          "outcomes":[{"indicator":{"ko":"민원"},"value":3,"unit":"건"},{"indicator":7},null],"contact":{"role":{"ko":"팀"},"phone":"054-1"},
          "cost":{"capital":-1,"operatingPerYear":2e3},"learnedFrom":[{"origin":"a/1","id":"x"},{"origin":3}],"population":0.5})",
      Language::kKo);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->status, "종료");
  EXPECT_EQ(facts->status_reason.text, "끝");
  EXPECT_EQ(facts->outcomes.size(), 1U);
  EXPECT_EQ(outcome_in_words(facts->outcomes[0]), "민원 3 건");
  EXPECT_EQ(facts->contact.phone_href, "tel:0541");
  EXPECT_FALSE(facts->cost.capital);
  EXPECT_EQ(facts->cost.operating_per_year, 2000);
  EXPECT_EQ(facts->learned_from, std::vector<std::string>{"a/1/x"});
  EXPECT_FALSE(facts->population);
  for (const std::string bad : {"", "[]", "7", "{", "null"})
    EXPECT_FALSE(read_entry_facts(bad, Language::kKo)) << bad;
  EXPECT_FALSE(read_entry_facts(std::string(100'000, '['), Language::kKo)) << "too deep";
  EXPECT_TRUE(read_entry_facts(R"({"status":[],"outcomes":{},"contact":7,"cost":[],"staff":1,
      "learnedFrom":{},"keywords":"x","period":3,"evidenceLevel":"x","kind":[],"title":4})",
                               Language::kKo));
}

}  // namespace
}  // namespace dure::node
