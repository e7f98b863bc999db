// SPDX-License-Identifier: Apache-2.0
#include "web/entry_facts.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "web/entry_values.h"
#include "web/wording.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxOutcomes = 50, kMaxKeywords = 20, kMaxLearned = 50;

std::optional<double> amount_of(const Json& object, const char* name) {
  const Json& value = member_of(object, name);
  if (!value.is_number()) return std::nullopt;
  const double amount = value.get<double>();
  return std::isfinite(amount) && amount >= 0 && amount <= 1e15 ? std::optional(amount)
                                                                : std::nullopt;
}

void read_outcomes(const Json& rows, const FieldContext& context, EntryFacts& facts) {
  if (!rows.is_array()) return;
  for (const Json& row : rows) {
    if (!row.is_object() || facts.outcomes.size() == kMaxOutcomes) continue;
    OutcomeFact outcome{text_of(row, "indicator", context), string_of(row, "unit"),
                        number(member_of(row, "baseline")), number(member_of(row, "value"))};
    if (!outcome.indicator.text.empty() && !outcome.value.empty())
      facts.outcomes.push_back(std::move(outcome));
  }
}

void read_contact(const Json& body, const FieldContext& context, ContactFact& contact) {
  contact.department = text_of(body, "department", context);
  const Json& value = member_of(body, "contact");
  if (!value.is_object()) return;
  contact.role = text_of(value, "role", context);
  contact.phone = string_of(value, "phone");
  contact.phone_href = phone_href(contact.phone);
  contact.email = string_of(value, "email");
}

void read_cost(const Json& cost, CostFact& fact) {
  fact.currency = "KRW";
  if (!cost.is_object()) return;
  fact.capital = amount_of(cost, "capital");
  fact.operating_per_year = amount_of(cost, "operatingPerYear");
  if (const std::string currency = string_of(cost, "currency"); !currency.empty())
    fact.currency = currency;
}

void read_lists(const Json& body, EntryFacts& facts) {
  if (const Json& learned = member_of(body, "learnedFrom"); learned.is_array()) {
    for (const Json& named : learned) {
      const std::string origin = string_of(named, "origin"), id = string_of(named, "id");
      if (!origin.empty() && !id.empty() && facts.learned_from.size() < kMaxLearned)
        facts.learned_from.push_back(fmt::format("{}/{}", origin, id));
    }
  }
  if (const Json& keywords = member_of(body, "keywords"); keywords.is_array()) {
    for (const Json& keyword : keywords) {
      if (keyword.is_string() && facts.keywords.size() < kMaxKeywords)
        facts.keywords.push_back(keyword.get<std::string>());
    }
  }
}

void read_state(const Json& body, const FieldContext& context, EntryFacts& facts) {
  if (const Json& status = member_of(body, "status"); status.is_object()) {
    if (const std::string code = string_of(status, "code"); !code.empty())
      facts.status = word("status", code, context);
    facts.status_reason = text_of(status, "reason", context);
  }
  if (const std::string kind = string_of(body, "kind"); !kind.empty()) {
    facts.kind = word("kind", kind, context);
    facts.organisation_kind = kind;
  }
  if (const Json& level = member_of(body, "evidenceLevel"); level.is_number_integer())
    facts.evidence = word("evidenceLevel", level.dump(), context);
  facts.decided = string_of(body, "decidedAt");
  const Json& period_value = member_of(body, "period");
  if (!period_value.is_object()) return;
  facts.period = period(period_value, "start", "end", context);
  if (facts.decided.empty()) facts.decided = string_of(period_value, "start");
}

}  // namespace

Result<EntryFacts> read_entry_facts(std::string_view text, Language language) {
  const auto body = parse_body(text);
  if (!body) return body.error();
  const RegionName no_region;
  const AttachmentHref no_attachment;
  const RecordLookup no_record;
  const FieldContext context{language, no_region, no_attachment, no_record};
  EntryFacts facts;
  facts.title = text_of(*body, "title", context);
  read_state(*body, context, facts);
  read_outcomes(member_of(*body, "outcomes"), context, facts);
  read_contact(*body, context, facts.contact);
  read_cost(member_of(*body, "cost"), facts.cost);
  read_lists(*body, facts);
  if (const Json& staff = member_of(*body, "staff"); staff.is_object())
    facts.person_months = amount_of(staff, "personMonths");
  const auto population = amount_of(*body, "population");
  if (population && *population >= 1 && *population <= 1e8)
    facts.population = static_cast<std::uint64_t>(*population);
  return facts;
}

std::string outcome_in_words(const OutcomeFact& outcome) {
  const std::string unit = outcome.unit.empty() ? std::string() : ' ' + outcome.unit;
  if (outcome.baseline.empty())
    return fmt::format("{} {}{}", outcome.indicator.text, outcome.value, unit);
  return fmt::format("{} {} → {}{}", outcome.indicator.text, outcome.baseline, outcome.value, unit);
}

std::string money_in_words(double amount, const std::string& currency, Language language) {
  const std::string digits = number_in_words(static_cast<std::uint64_t>(std::llround(amount)));
  if (currency == "KRW") return text(language, "pages.unit.won", {{"amount", digits}});
  return fmt::format("{} {}", digits, currency);
}

}  // namespace dure::node
