// SPDX-License-Identifier: Apache-2.0
// Members that are lists of objects: places to visit, indicators, ways to get data, findings.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "web/member_renderers.h"
#include "web/wording.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Values = std::vector<FieldValue>;

TableView table_of(std::string_view name, std::initializer_list<const char*> columns,
                   const FieldContext& context) {
  TableView table;
  table.caption = label(name, context);
  for (const char* column : columns) table.columns.push_back(label(column, context));
  return table;
}

void add_table(SectionView& section, TableView table) {
  if (!table.rows.empty()) section.tables.push_back(std::move(table));
}

}  // namespace

void render_sites(SectionView& section, std::string_view name, const Json& value,
                  const FieldContext& context) {
  Values values;
  for (const Json& site : value) {
    Text line = text_of(site, "name", context);
    line.text += fmt::format(" ({})", word("kind", string_of(site, "kind"), context));
    const std::string when = period(member_of(site, "period"), "start", "end", context);
    if (!when.empty()) line.text += ", " + when;
    add_value(values, std::move(line));
    add_value(values, text_of(site, "place", context));
    add_value(values, text_of(site, "visit", context));
    const std::string phone = string_of(site, "phone");
    add_value(values, {phone, {}}, phone_href(phone));
  }
  add_field(section, name, std::move(values), context);
}

void render_indicators(SectionView& section, std::string_view name, const Json& value,
                       const FieldContext& context) {
  TableView table = table_of(name, {"indicator", "unit", "better", "method"}, context);
  for (const Json& row : value) {
    const std::string better = string_of(row, "better");
    table.rows.push_back({text_of(row, "name", context), Text{string_of(row, "unit"), {}},
                          Text{better.empty() ? "–" : word("better", better, context), {}},
                          text_of(row, "method", context)});
  }
  add_table(section, std::move(table));
}

void render_distributions(SectionView& section, std::string_view name, const Json& value,
                          const FieldContext& context) {
  Values values;
  for (const Json& distribution : value) {
    const std::string url = string_of(distribution, "url");
    Text title = text_of(distribution, "title", context);
    if (title.text.empty()) title = {url, {}};
    const std::string format = string_of(distribution, "format");
    if (!format.empty()) title.text += fmt::format(" ({})", format);
    add_value(values, std::move(title), web_href(url));
    const std::string manual = string_of(distribution, "manual");
    if (!manual.empty())
      add_value(values, {word("rel", "manual", context) + ": " + manual, {}}, web_href(manual));
  }
  add_field(section, name, std::move(values), context);
}

void render_findings(SectionView& section, std::string_view name, const Json& value,
                     const FieldContext& context) {
  TableView table = table_of(name, {"url", "answer", "note"}, context);
  for (const Json& row : value) {
    const Json& status = member_of(row, "status");
    const std::string answer =
        status == 0 ? text(context.language, "pages.finding.none") : number(status);
    table.rows.push_back({Text{string_of(row, "url"), {}}, Text{answer.empty() ? "–" : answer, {}},
                          text_of(row, "note", context)});
  }
  add_table(section, std::move(table));
}

void render_decision(SectionView& section, std::string_view name, const Json& value,
                     const FieldContext& context) {
  Values values;
  if (value.is_string()) {
    add_value(values, {word(name, value.get<std::string>(), context), {}});
  } else {
    Text line{word(name, string_of(value, "code"), context), {}};
    const std::string since = date_in_words(context.language, string_of(value, "since"));
    if (!since.empty()) line.text += fmt::format(" ({})", since);
    add_value(values, std::move(line));
    add_value(values, text_of(value, "reason", context));
  }
  add_field(section, name, std::move(values), context);
}

void render_number(SectionView& section, std::string_view name, const Json& value,
                   const FieldContext& context) {
  Values values;
  if (value.is_number_unsigned())
    add_value(values, {number_in_words(value.get<std::uint64_t>()), {}});
  add_field(section, name, std::move(values), context);
}

void render_flag(SectionView& section, std::string_view name, const Json& value,
                 const FieldContext& context) {
  Values values;
  if (value.is_boolean())
    add_value(values, {text(context.language, value == true ? "pages.yes" : "pages.no"), {}});
  add_field(section, name, std::move(values), context);
}

void render_address(SectionView& section, std::string_view name, const Json& value,
                    const FieldContext& context) {
  Values values;
  if (value.is_string()) {
    const auto& address = value.get_ref<const std::string&>();
    add_value(values, {address, {}}, web_href(address));
  }
  add_field(section, name, std::move(values), context);
}

}  // namespace dure::node
