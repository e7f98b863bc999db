// SPDX-License-Identifier: Apache-2.0
// What lists, comparisons and graphs need of a body, beside the whole of it on its own page.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dure/result.h"
#include "web/entry_view.h"

namespace dure::node {

/// One measured result. Numbers as people read them; empty: not told.
struct OutcomeFact {
  Text indicator;
  std::string unit, baseline, value;
};

/// Whom to ask: an office, never a person.
struct ContactFact {
  Text department, role;
  std::string phone, phone_href, email;
};

struct CostFact {
  std::optional<double> capital, operating_per_year;
  std::string currency;  // "KRW" if the entry does not say
};

struct EntryFacts {
  Text title;
  std::string decided;                 // RFC 3339 day: decidedAt, else when it began; may be empty
  std::string status, kind, evidence;  // in words; may be empty
  std::string period;                  // in words
  Text status_reason;
  std::vector<OutcomeFact> outcomes;
  ContactFact contact;
  CostFact cost;
  std::optional<double> person_months;
  std::optional<std::uint64_t> population;
  std::string organisation_kind;          // code: "government", …
  std::vector<std::string> learned_from;  // origin/id
  std::vector<std::string> keywords;
};

/// Errors: kMalformed (not a JSON object). Members of another shape read as not told.
Result<EntryFacts> read_entry_facts(std::string_view body, Language language);

/// "줄어든 민원 12 → 8 건".
std::string outcome_in_words(const OutcomeFact& outcome);
/// An amount of money, rounded to whole units.
std::string money_in_words(double amount, const std::string& currency, Language language);

}  // namespace dure::node
