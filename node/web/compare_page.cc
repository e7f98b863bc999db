// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "web/compare_view.h"
#include "web/page_frame.h"
#include "web/wording.h"

namespace dure::node {
namespace {

using Practices = std::vector<ComparedPractice>;

/// "줄어든  민원" and "줄어든 민원" are one indicator.
std::string indicator_key(const OutcomeFact& outcome) {
  std::string key;
  for (const char c : outcome.indicator.text + '\n' + outcome.unit) {
    if (c == ' ' || c == '\t') continue;
    key += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return key;
}

std::string measured(const OutcomeFact& outcome) {
  const std::string unit = outcome.unit.empty() ? std::string() : ' ' + outcome.unit;
  if (outcome.baseline.empty()) return outcome.value + unit;
  return fmt::format("{} → {}{}", outcome.baseline, outcome.value, unit);
}

template <class Say>
CompareRow row_of(std::string label, const Practices& practices, Say say_of) {
  CompareRow row{std::move(label), {}};
  for (const ComparedPractice& practice : practices) row.cells.push_back(say_of(practice));
  return row;
}

std::string label_of(const PageFrame& frame, std::string_view name) {
  return text(frame.language, fmt::format("pages.compare.{}", name));
}

/// Money, and what it is for each inhabitant; says that the number of inhabitants is not known.
std::vector<CompareRow> money_rows(const PageFrame& frame, const Practices& practices,
                                   const char* name,
                                   std::optional<double> CostFact::*const amount) {
  const auto whole = [&](const ComparedPractice& practice) {
    const auto value = practice.facts.cost.*amount;
    return value ? money_in_words(*value, practice.facts.cost.currency, frame.language)
                 : std::string();
  };
  const auto per_head = [&](const ComparedPractice& practice) {
    const auto value = practice.facts.cost.*amount;
    if (!value) return std::string();
    if (!practice.population) return label_of(frame, "population-unknown");
    return money_in_words(*value / static_cast<double>(*practice.population),
                          practice.facts.cost.currency, frame.language);
  };
  return {row_of(label_of(frame, name), practices, whole),
          row_of(label_of(frame, fmt::format("{}-per-head", name)), practices, per_head)};
}

std::vector<CompareRow> general_rows(const PageFrame& frame, const Practices& practices) {
  using P = const ComparedPractice&;
  return {row_of(label_of(frame, "region"), practices, [](P p) { return p.region; }),
          row_of(label_of(frame, "population"), practices,
                 [&](P p) {
                   return p.population ? text(frame.language, "pages.compare.people",
                                              {{"count", number_in_words(*p.population)}})
                                       : label_of(frame, "unknown-value");
                 }),
          row_of(label_of(frame, "kind"), practices, [](P p) { return p.facts.kind; }),
          row_of(label_of(frame, "status"), practices, [](P p) { return p.facts.status; }),
          row_of(label_of(frame, "period"), practices, [](P p) { return p.facts.period; }),
          row_of(label_of(frame, "evidence"), practices, [](P p) { return p.facts.evidence; }),
          row_of(label_of(frame, "adopters"), practices, [&](P p) {
            return text(frame.language, "pages.compare.places",
                        {{"count", number_in_words(p.adopters)}});
          })};
}

std::vector<CompareRow> cost_rows(const PageFrame& frame, const Practices& practices) {
  auto rows = money_rows(frame, practices, "capital", &CostFact::capital);
  const auto yearly = money_rows(frame, practices, "operating", &CostFact::operating_per_year);
  rows.insert(rows.end(), yearly.begin(), yearly.end());
  rows.push_back(row_of(label_of(frame, "staff"), practices, [&](const ComparedPractice& practice) {
    return practice.facts.person_months
               ? text(frame.language, "pages.compare.months",
                      {{"count", fmt::format("{:g}", *practice.facts.person_months)}})
               : std::string();
  }));
  return rows;
}

Data rows_data(const std::vector<CompareRow>& rows) {
  Data list{Data::type::list};
  for (const CompareRow& row : rows) {
    Data cells{Data::type::list};
    for (const std::string& cell : row.cells) {
      Data data;
      data.set("told", present(cell));
      data.set("text", cell);
      cells.push_back(data);
    }
    Data data;
    data.set("label", row.label);
    data.set("cells", cells);
    list.push_back(data);
  }
  return list;
}

Data columns_data(const Practices& practices) {
  Data list{Data::type::list};
  for (const ComparedPractice& practice : practices) {
    Data data;
    data.set("href", practice.href);
    data.set("title", text_data(practice.facts.title));
    data.set("publisher", practice.publisher);
    data.set("role", text_data(practice.facts.contact.role));
    data.set("department", text_data(practice.facts.contact.department));
    data.set("phone", present(practice.facts.contact.phone));
    data.set("phone_href", practice.facts.contact.phone_href);
    list.push_back(data);
  }
  return list;
}

void add_group(Data& groups, const PageFrame& frame, const char* name,
               const std::vector<CompareRow>& rows, std::size_t columns) {
  if (rows.empty()) return;
  Data group;
  group.set("heading", label_of(frame, name));
  group.set("span", std::to_string(columns + 1));
  group.set("rows", rows_data(rows));
  groups.push_back(group);
}

}  // namespace

SharedIndicators shared_indicators(const Practices& practices) {
  std::map<std::string, std::size_t> place;
  std::vector<CompareRow> rows;
  for (std::size_t column = 0; column < practices.size(); ++column) {
    for (const OutcomeFact& outcome : practices[column].facts.outcomes) {
      const auto [known, added] = place.emplace(indicator_key(outcome), rows.size());
      if (added) rows.push_back({outcome.indicator.text, {}});
      auto& cells = rows[known->second].cells;
      cells.resize(practices.size());
      if (cells[column].empty()) cells[column] = measured(outcome);
    }
  }
  SharedIndicators found;
  for (CompareRow& row : rows) {
    const auto told = std::count_if(row.cells.begin(), row.cells.end(),
                                    [](const std::string& cell) { return !cell.empty(); });
    (told > 1 ? found.shared : found.single).push_back(std::move(row));
  }
  return found;
}

std::string render_compare(const PageFrame& frame, const CompareView& view) {
  Data page = new_page(frame);
  Data faults{Data::type::list};
  for (const std::string& fault : view.faults) {
    Data data;
    data.set("fault", fault);
    faults.push_back(data);
  }
  page.set("faults", faults);
  const std::size_t columns = view.practices.size();
  page.set("compared", columns >= 2);
  page.set("columns", columns_data(view.practices));
  Data groups{Data::type::list};
  add_group(groups, frame, "group-general", general_rows(frame, view.practices), columns);
  add_group(groups, frame, "group-cost", cost_rows(frame, view.practices), columns);
  const SharedIndicators indicators = shared_indicators(view.practices);
  page.set("nothing_shared", columns >= 2 && indicators.shared.empty());
  add_group(groups, frame, "group-shared", indicators.shared, columns);
  add_group(groups, frame, "group-single", indicators.single, columns);
  page.set("groups", groups);
  return in_layout(frame, text(frame.language, "pages.compare.title"),
                   fill_template("compare.html", page));
}

}  // namespace dure::node
