// SPDX-License-Identifier: Apache-2.0
#include "catalogue/searching.h"

#include <algorithm>
#include <utility>

#include "dure/encoding.h"

namespace dure::node {
namespace {

constexpr std::uint64_t kFew = 5;              // hits; with fewer, more is tried
constexpr std::size_t kCompound = 4;           // syllables
constexpr std::size_t kManyWords = 3;          // of these, most are enough if there are few hits
constexpr double kOfBest = 0.7, kOfAll = 0.5;  // of what the words weigh
constexpr unsigned kPlaces = 1, kApart = 2;    // flags of a plan
constexpr char kPlanEnd = '.';

Error bad_cursor() {
  return {ErrorCode::kInvalid,
          "the cursor is not one of this search; begin again without it",
          {},
          {{"parameter", "cursor"}}};
}

SearchQuery make_query(const SearchRequest& request, const ParsedQuery& parsed,
                       const SearchPlan& plan) {
  const bool every = plan.words == SearchPlan::Words::kEvery;
  const MatchExpression& expression = every ? parsed.strict : parsed.relaxed;
  SearchQuery query;
  query.match = expression.match;
  query.words = expression.words;
  query.phrases = expression.phrases;
  query.terms = parsed.terms;
  const bool floor = plan.words == SearchPlan::Words::kSome && !request.alike;
  query.floor_of_best = floor ? kOfBest : 0;
  query.floor_of_all = plan.words == SearchPlan::Words::kMost ? kOfAll : 0;
  query.type = request.type;
  query.region = request.region;
  query.origin = request.origin;
  // Remarks on entries are for those who ask for them.
  if (request.type.empty()) query.hidden_type = "notice";
  query.facets = request.facets;
  query.only_overdue = request.only_overdue;
  query.problem = request.problem;
  query.problem_member = request.problem_member;
  query.adopted = request.adopted;
  query.by_adoption = request.by_adoption;
  query.count_facets = request.count_facets;
  query.overdue_on = request.today;
  query.limit = request.limit;
  query.newest_first = request.newest_first;
  return query;
}

/// The regions of a query and all codes that these had.
void narrow(SearchQuery& query, const std::vector<std::string>& places,
            const RegionTable& regions) {
  std::vector<std::string> codes = places;
  if (codes.empty() && !query.region.empty()) codes.push_back(query.region);
  if (codes.empty()) return;
  query.region = codes.front();
  query.more_regions.assign(codes.begin() + 1, codes.end());
  for (const std::string& code : codes) {
    for (std::string& other : regions.other_codes(code))
      query.more_regions.push_back(std::move(other));
  }
}

/// The words as they were typed, with what was meant in the place of those that find nothing.
std::string corrected_text(const std::vector<QueryWord>& words,
                           const std::vector<CorrectedWord>& corrected) {
  std::string text;
  for (const QueryWord& word : words) {
    const auto better = std::find_if(corrected.begin(), corrected.end(),
                                     [&](const CorrectedWord& c) { return c.typed == word.text; });
    text += (text.empty() ? "" : " ") + (better == corrected.end() ? word.text : better->meant);
  }
  return text;
}

/// What a plan's words differ in from those that were typed.
std::vector<CorrectedWord> differences(std::string_view typed, const std::string& corrected) {
  std::vector<CorrectedWord> list;
  if (corrected.empty()) return list;
  const auto before = telling_words(typed);
  const auto after = split_words(corrected, kMaxQueryWords);
  // Two words may have become one.
  if (before.size() != after.size()) return {{std::string(typed), corrected}};
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i].text != after[i].text) list.push_back({before[i].text, after[i].text});
  }
  return list;
}

/// Whether a word is long enough to be of two.
bool has_compound(std::string_view typed) {
  const auto words = telling_words(typed);
  return std::any_of(words.begin(), words.end(), [](const QueryWord& word) {
    return word.first == CharacterClass::kIdeographic && count_characters(word.text) >= kCompound;
  });
}

}  // namespace

std::string format_plan(const SearchPlan& plan) {
  const unsigned flags = (plan.places ? kPlaces : 0U) | (plan.apart ? kApart : 0U);
  return std::string{static_cast<char>(plan.words), static_cast<char>('0' + flags)} +
         base32_encode(plan.corrected) + kPlanEnd;
}

Result<SearchPlan> take_plan(std::string_view& cursor) {
  const std::size_t end = cursor.find(kPlanEnd);
  if (end == std::string_view::npos || end < 2) return bad_cursor();
  SearchPlan plan;
  plan.words = static_cast<SearchPlan::Words>(cursor[0]);
  const auto flags = static_cast<unsigned>(cursor[1] - '0');
  plan.places = (flags & kPlaces) != 0;
  plan.apart = (flags & kApart) != 0;
  auto corrected = base32_decode(cursor.substr(2, end - 2));
  if (!corrected || !is_utf8(*corrected)) return bad_cursor();
  plan.corrected = *std::move(corrected);
  const bool known = std::string_view("sfr").find(cursor[0]) != std::string_view::npos;
  if (!known || format_plan(plan) != cursor.substr(0, end + 1)) return bad_cursor();
  cursor.remove_prefix(end + 1);
  return plan;
}

Result<SearchAnswer> Searching::search(const SearchRequest& request) {
  if (request.alike) return alike(request);
  SearchPlan plan;
  plan.places = !request.exact;
  std::string_view rest = request.cursor;
  if (!rest.empty()) {
    auto taken = take_plan(rest);
    if (!taken) return std::move(taken).error();
    plan = *std::move(taken);
  }
  const bool first = request.cursor.empty() && !request.exact;
  auto found = first ? best_attempt(request, plan) : attempt(request, plan);
  if (!found) return std::move(found).error();
  SearchAnswer answer;
  answer.relaxed = found->plan.words != SearchPlan::Words::kEvery;
  answer.corrected = differences(request.words, found->plan.corrected);
  answer.places = std::move(found->places);
  answer.page = std::move(found->page);
  if (!answer.page.next_cursor.empty()) answer.page.next_cursor.insert(0, format_plan(found->plan));
  return answer;
}

/// With the places that are named, as far as that finds anything; else with their names as words.
Result<Searching::Attempt> Searching::best_attempt(const SearchRequest& request, SearchPlan plan) {
  auto found = attempt(request, plan);
  if (!found) return found;
  if (found->page.matched == 0) {
    auto corrected = corrected_attempt(request);
    if (!corrected) return std::move(corrected).error();
    if (*corrected) {
      auto better = widened(request, std::move(**corrected));
      // A correction that finds nothing would only be in the way.
      if (!better || better->page.matched > 0) return better;
    }
  }
  found = widened(request, *std::move(found));
  if (!found || found->page.matched > 0 || found->places.empty()) return found;
  plan = found->plan;
  plan.places = false;
  plan.words = SearchPlan::Words::kEvery;
  found = attempt(request, plan);
  return found ? widened(request, *std::move(found)) : std::move(found);
}

Result<std::optional<Searching::Attempt>> Searching::corrected_attempt(
    const SearchRequest& request) {
  std::optional<Attempt> none;
  const auto words = telling_words(request.words);
  const auto corrected = corrector_.correct(words, request.words);
  if (!corrected) return corrected.error();
  if (corrected->empty()) return none;
  SearchPlan plan;
  plan.places = true;
  plan.corrected = corrected_text(words, *corrected);
  auto found = attempt(request, plan);
  if (!found) return std::move(found).error();
  return std::optional(*std::move(found));
}

/// More, if every word finds little.
Result<Searching::Attempt> Searching::widened(const SearchRequest& request, Attempt found) {
  if (found.page.matched >= kFew || found.words == 0) return found;
  SearchPlan plan = found.plan;
  if (has_compound(plan.corrected.empty() ? request.words : plan.corrected)) {
    plan.apart = true;
    auto apart = attempt(request, plan, &found);
    if (!apart) return apart;
    if (apart->page.matched > found.page.matched) found = *std::move(apart);
  }
  if (found.page.matched >= kFew || found.words < 2) return found;
  const bool some = found.page.matched > 0;
  if (some && found.words < kManyWords) return found;
  plan = found.plan;
  plan.words = some ? SearchPlan::Words::kMost : SearchPlan::Words::kSome;
  auto more = attempt(request, plan);
  if (!more || more->page.matched > found.page.matched) return more;
  return found;
}

Result<Searching::Attempt> Searching::attempt(const SearchRequest& request, const SearchPlan& plan,
                                              const Attempt* before) {
  const std::string& typed = plan.corrected.empty() ? request.words : plan.corrected;
  Attempt made;
  made.plan = plan;
  QueryOptions options;
  if (plan.places) {
    auto narrowed = narrowing(request, typed);
    if (!narrowed) return std::move(narrowed).error();
    options.without = std::move(narrowed->without);
    made.places = std::move(narrowed->codes);
  }
  if (plan.apart) options.known = known_words();
  auto parsed = parse_query(typed, synonyms_, options);
  if (!parsed) {
    Error error = std::move(parsed).error();
    error.args = {{"parameter", "q"}};
    return error;
  }
  made.words = parsed->words.size();
  if (plan.words != SearchPlan::Words::kEvery && made.words < 2) return bad_cursor();
  SearchQuery query = make_query(request, *parsed, plan);
  if (before != nullptr && before->match == query.match) return *before;
  made.match = query.match;
  narrow(query, made.places, regions_);
  std::string_view rest = request.cursor;
  if (!rest.empty() && !take_plan(rest)) return bad_cursor();
  query.cursor = rest;
  auto page = catalogue_.search(query);
  if (!page && page.error().code == ErrorCode::kInvalid && !rest.empty()) return bad_cursor();
  if (!page) return std::move(page).error();
  made.page = *std::move(page);
  return made;
}

/// Which words name places, if other words remain. Beside a region that was chosen, a place within
/// it narrows further and one around it is left out.
Result<Searching::Narrowing> Searching::narrowing(const SearchRequest& request,
                                                  std::string_view words) {
  Narrowing narrowed;
  std::vector<const PlaceNames::Place*> named;
  const auto all = telling_words(words);
  for (const QueryWord& word : all) {
    const PlaceNames::Place* place = places_.find(word);
    if (place == nullptr) continue;
    const auto certain = is_place(*place, word);
    if (!certain) return certain.error();
    if (!*certain) continue;
    named.push_back(place);
    narrowed.without.push_back(word.text);
  }
  if (narrowed.without.size() == all.size()) return Narrowing();
  narrowed.codes = places_.together(named);
  if (request.region.empty() || narrowed.codes.empty()) return narrowed;
  const auto any = [&](const auto& fits) {
    return std::any_of(narrowed.codes.begin(), narrowed.codes.end(), fits);
  };
  const auto inside = [&](const std::string& code) { return within_region(code, request.region); };
  const bool narrows = any(inside);
  const bool around =
      any([&](const std::string& code) { return within_region(request.region, code); });
  if (!narrows && !around) return Narrowing();
  if (around) narrowed.codes.clear();
  std::erase_if(narrowed.codes, [&](const std::string& code) { return !inside(code); });
  return narrowed;
}

/// 고령 is a town and old age, 예산 a town and a budget: a name that may be another word is a place
/// if most entries with that word are of the place, or if there are none.
Result<bool> Searching::is_place(const PlaceNames::Place& place, const QueryWord& word) {
  if (place.certain) return true;
  const auto stems = without_particles(word);
  SearchQuery query;
  query.match = std::string("\"") + kWordStart + word.text + '"';
  for (const QueryWord& stem : stems)
    query.match += std::string(" OR \"") + kWordStart + stem.text + '"';
  query.limit = 1;
  query.hidden_type = "notice";
  const auto everywhere = catalogue_.search(query);
  if (!everywhere) return everywhere.error();
  if (everywhere->matched == 0) return true;
  narrow(query, place.codes, regions_);
  const auto there = catalogue_.search(query);
  if (!there) return there.error();
  return there->matched * 2 >= everywhere->matched;
}

KnownWords Searching::known_words() {
  return [this](std::string_view word) {
    const auto documents = catalogue_.documents_with(word);
    return documents && *documents > 0;
  };
}

}  // namespace dure::node
