// SPDX-License-Identifier: Apache-2.0
// Filters and counts against a slow, obvious reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "catalogue/facets.h"
#include "node/catalogue/memory_catalogue.h"
#include "node/storage/catalogue_store_fixture.h"

namespace dure::node {
namespace {

constexpr std::uint32_t kToday = 20'000;
const std::vector<std::string> kTypes = {"service", "practice", "notice"};
const std::vector<std::string> kRegions = {"41110", "41111", "41130", "47170", "11110"};

bool finds(const std::string& asked, const std::string& region) {
  return asked == region || (asked.ends_with("000") && asked.substr(0, 2) == region.substr(0, 2)) ||
         (asked.ends_with("0") && asked.substr(0, 4) == region.substr(0, 4));
}

// Two members may use one id.
const std::vector<EntryReference> kProblems = {{"addresses", "p.example/1", test_id(9000)},
                                               {"addresses", "p.example/1", test_id(9001)},
                                               {"addresses", "q.example/1", test_id(9000)}};

bool addresses(const CatalogueChange& d, const EntryReference& problem) {
  return std::any_of(d.references.begin(), d.references.end(), [&](const EntryReference& r) {
    return r.origin == problem.origin && r.id == problem.id;
  });
}

/// One search in words that a person could follow.
struct Question {
  std::string type, region;
  std::map<std::string, std::uint64_t> wanted;  // by group
  bool only_overdue = false;
  bool addressing = false;    // the first of kProblems
  std::uint64_t adopted = 0;  // at least

  bool type_fits(const CatalogueChange& d) const {
    return type.empty() ? d.item.type != "notice" : d.item.type == type;
  }
  bool region_fits(const CatalogueChange& d) const {
    if (region.empty() || finds(region, d.item.region)) return true;
    return std::any_of(d.more_regions.begin(), d.more_regions.end(),
                       [&](const std::string& more) { return finds(region, more); });
  }
  bool group_fits(const std::string& group, const CatalogueChange& d) const {
    const auto found = wanted.find(group);
    return found == wanted.end() || (d.facets & found->second) != 0;
  }
  static bool is_overdue(const CatalogueChange& d) {
    return d.review_due != 0 && d.review_due < kToday;
  }
  /// Every third practice was taken over, by 0 to 6 governments.
  static std::uint64_t adopters_of(const CatalogueChange& d) {
    return d.item.type == "practice" && d.item.index % 3 == 0 ? d.item.index % 7 : 0;
  }
  /// Does it pass all filters but `without`?
  bool fits(const CatalogueChange& d, const std::string& without = {}) const {
    if (without != "type" && !type_fits(d)) return false;
    if (without != "region" && !region_fits(d)) return false;
    if (without != "review" && only_overdue && !is_overdue(d)) return false;
    if (without != "problem" && addressing && !addresses(d, kProblems[0])) return false;
    if (without != "adopted" && adopters_of(d) < adopted) return false;
    return std::all_of(wanted.begin(), wanted.end(), [&](const auto& group) {
      return group.first == without || group_fits(group.first, d);
    });
  }
};

class FacetSearchTest : public CatalogueStoreTest {
 protected:
  std::vector<CatalogueChange> random_documents(std::size_t count) {
    std::vector<CatalogueChange> documents;
    for (std::size_t i = 0; i < count; ++i) {
      auto change = make_change(test_id(i), "교통 " + std::to_string(i), "", kTestOrigin, 1, i);
      change.item.type = kTypes[random_() % kTypes.size()];
      change.item.region = kRegions[random_() % kRegions.size()];
      if (random_() % 4 == 0) change.more_regions = {kRegions[random_() % kRegions.size()]};
      if (change.more_regions == std::vector{change.item.region}) change.more_regions.clear();
      for (int bits = 0; bits < 4; ++bits) change.facets |= random_bit();
      if (random_() % 2 == 0) change.review_due = kToday - 2 + random_() % 4;
      for (const EntryReference& problem : kProblems) {
        if (random_() % 3 == 0) change.references.push_back(problem);
      }
      documents.push_back(std::move(change));
    }
    return documents;
  }
  std::uint64_t random_bit() {
    const auto groups = facet_groups();
    const FacetGroup& group = groups[random_() % groups.size()];
    return *facet_bit(group, group.codes[random_() % group.codes.size()]);
  }
  Question random_question() {
    Question question;
    if (random_() % 2 == 0) question.type = kTypes[random_() % kTypes.size()];
    if (random_() % 3 == 0) question.region = random_() % 2 == 0 ? "41000" : "41110";
    question.only_overdue = random_() % 4 == 0;
    question.addressing = random_() % 4 == 0;
    if (random_() % 4 == 0) question.adopted = 1 + random_() % 4;
    for (std::uint64_t bits = random_() % 4; bits > 0; --bits) {
      const std::uint64_t bit = random_bit();
      for (const FacetGroup& group : facet_groups()) {
        if ((group.mask() & bit) != 0) question.wanted[std::string(group.name)] |= bit;
      }
    }
    return question;
  }
  static SearchQuery query_of(const Question& question, std::string_view words) {
    SearchQuery query = make_search(words, 1000);
    query.type = question.type;
    query.region = question.region;
    if (query.type.empty()) query.hidden_type = "notice";
    query.origin = kTestOrigin;
    for (const auto& [group, bits] : question.wanted) query.facets.push_back(bits);
    query.only_overdue = question.only_overdue;
    if (question.addressing) query.problem = kProblems[0].id, query.problem_member = "p.example";
    query.adopted = question.adopted;
    query.overdue_on = kToday;
    query.count_facets = true;
    return query;
  }
  std::mt19937_64 random_{5};  // NOLINT(cert-msc51-cpp): the same every time
};

void expect_counts(const FacetCounts& counts, const std::vector<CatalogueChange>& documents,
                   const Question& question) {
  for (const FacetGroup& group : facet_groups()) {
    for (std::size_t i = 0; i < group.codes.size(); ++i) {
      const std::uint64_t bit = std::uint64_t{1} << (group.first + i);
      const auto expected =
          std::count_if(documents.begin(), documents.end(), [&](const CatalogueChange& d) {
            return (d.facets & bit) != 0 && question.fits(d, std::string(group.name));
          });
      EXPECT_EQ(counts.bits[group.first + i], expected) << group.name << ' ' << group.codes[i];
    }
  }
  for (const std::string& type : kTypes) {
    const auto expected = std::count_if(
        documents.begin(), documents.end(),
        [&](const CatalogueChange& d) { return d.item.type == type && question.fits(d, "type"); });
    const auto found = counts.types.find(type);
    EXPECT_EQ(found == counts.types.end() ? 0 : found->second, expected) << type;
  }
  for (const std::string& region : kRegions) {
    const auto expected =
        std::count_if(documents.begin(), documents.end(), [&](const CatalogueChange& d) {
          const bool there = d.item.region == region || d.more_regions == std::vector{region};
          return there && question.fits(d, "region");
        });
    const auto found = counts.regions.find(static_cast<std::uint32_t>(std::stoul(region)));
    EXPECT_EQ(found == counts.regions.end() ? 0 : found->second, expected) << region;
  }
  std::size_t told = 0;
  for (const EntryReference& problem : kProblems) {
    const auto expected = static_cast<std::uint64_t>(
        std::count_if(documents.begin(), documents.end(), [&](const CatalogueChange& d) {
          return addresses(d, problem) && question.fits(d, "problem");
        }));
    const auto found = std::find_if(
        counts.problems.begin(), counts.problems.end(), [&](const ProblemCount& counted) {
          return counted.id == problem.id && counted.member + "/1" == problem.origin;
        });
    EXPECT_EQ(found == counts.problems.end() ? 0 : found->count, expected) << problem.origin;
    told += expected == 0 ? 0 : 1;
  }
  EXPECT_EQ(counts.problems.size(), told);
  const auto overdue =
      std::count_if(documents.begin(), documents.end(), [&](const CatalogueChange& d) {
        return Question::is_overdue(d) && question.fits(d, "review");
      });
  EXPECT_EQ(counts.overdue, overdue);
  for (std::size_t i = 0; i < kAdoptionSteps.size(); ++i) {
    const auto adopted =
        std::count_if(documents.begin(), documents.end(), [&](const CatalogueChange& d) {
          return Question::adopters_of(d) >= kAdoptionSteps[i] && question.fits(d, "adopted");
        });
    EXPECT_EQ(counts.adopted[i], adopted) << kAdoptionSteps[i];
  }
}

TEST_F(FacetSearchTest, FindsAndCountsWhatTheReferenceDoes) {
  const auto documents = random_documents(400);
  apply(documents);
  std::uint64_t next = 0;
  for (const CatalogueChange& d : documents) {  // of a type that nobody asks for
    for (std::uint64_t n = 0; n < Question::adopters_of(d); ++n, ++next) {
      auto adoption = make_change(test_id(10'000 + next), "도입", "",
                                  "town" + std::to_string(n) + ".example/1", 1, next);
      adoption.item.type = "adoption";
      adoption.item.region.clear();
      adoption.references = {{"practice", d.item.origin, d.item.id}};
      apply({adoption});
    }
  }
  for (int round = 0; round < 120; ++round) {
    const Question question = random_question();
    const auto expected = std::count_if(documents.begin(), documents.end(),
                                        [&](const auto& d) { return question.fits(d); });
    for (const char* words : {"", "교통"}) {
      const SearchPage page = search(query_of(question, words));
      EXPECT_EQ(page.matched, expected) << round;
      EXPECT_EQ(page.hits.size(), expected) << round;
      ASSERT_TRUE(page.facets);
      expect_counts(*page.facets, documents, question);
    }
    if (round == 60) reopen();
  }
}

TEST_F(FacetSearchTest, ARevisionCountsOnceAndAWithdrawnRecordNotAtAll) {
  auto change = make_change(test_id(1), "교통");
  change.facets = *facet_bit(*find_facet_group("field"), "2");
  apply({change});
  change.item.rev = 2;
  change.item.index = 1;
  change.facets = *facet_bit(*find_facet_group("field"), "5");
  apply({change});
  const auto counts = [this] { return *search(query_of({}, "")).facets; };
  EXPECT_EQ(counts().bits[1], 0U);
  EXPECT_EQ(counts().bits[4], 1U);
  change.item.rev = 3;
  change.item.index = 2;
  change.item.withdrawn = true;
  apply({change});
  EXPECT_EQ(counts().bits[4], 0U);
}

TEST_F(FacetSearchTest, TellsTheMostFrequentProblemsAndTheOneAskedFor) {
  std::vector<CatalogueChange> documents;
  const auto add = [&](std::size_t problem) {
    documents.push_back(
        make_change(test_id(documents.size()), "교통", "", kTestOrigin, 1, documents.size()));
    documents.back().references = {{"addresses", "p.example/1", test_id(1000 + problem)}};
  };
  for (std::size_t problem = 0; problem <= kMaxProblemCounts; ++problem) {
    for (std::size_t times = 0; times <= problem; ++times) add(problem);
  }
  apply(documents);
  auto problems = search(query_of({}, "")).facets->problems;
  ASSERT_EQ(problems.size(), kMaxProblemCounts);
  EXPECT_EQ(problems.front().id, test_id(1000 + kMaxProblemCounts));
  EXPECT_EQ(problems.front().count, kMaxProblemCounts + 1);
  EXPECT_EQ(problems.back().count, 2U);
  SearchQuery rarest = query_of({}, "");
  rarest.problem = test_id(1000);
  rarest.problem_member = "p.example";
  problems = search(rarest).facets->problems;
  ASSERT_EQ(problems.size(), kMaxProblemCounts);
  EXPECT_EQ(problems.front().id, rarest.problem);
  EXPECT_EQ(problems.front().count, 1U);
}

TEST_F(FacetSearchTest, ACursorBelongsToItsFilters) {
  apply(random_documents(50));
  SearchQuery query = query_of({}, "");
  query.limit = 5;
  const SearchPage first = search(query);
  ASSERT_FALSE(first.next_cursor.empty());
  query.cursor = first.next_cursor;
  EXPECT_EQ(search(query).hits.size(), 5U);
  query.facets = {1};
  EXPECT_EQ(store_->search(query).error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace dure::node
