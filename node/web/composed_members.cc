// SPDX-License-Identifier: Apache-2.0
// Members that are objects (or lists of objects) of their own: each says which parts it has, and in
// which order a reader needs them.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "web/member_renderers.h"
#include "web/wording.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Values = std::vector<FieldValue>;

// "방문: 보건소 2층", then the addresses; an address alone stands right behind the kind.
void add_channel_head(Values& values, const Json& channel, const FieldContext& context) {
  const std::string kind = word("channel", string_of(channel, "kind"), context);
  const std::string place = text_of(channel, "place", context).text;
  if (!place.empty()) add_value(values, {fmt::format("{}: {}", kind, place), {}});
  bool named = !place.empty();
  const auto add_address = [&](const std::string& address, std::string href) {
    if (address.empty()) return;
    add_value(values, {named ? address : fmt::format("{}: {}", kind, address), {}},
              std::move(href));
    named = true;
  };
  const std::string phone = string_of(channel, "phone"), url = string_of(channel, "url");
  add_address(phone, phone_href(phone));
  add_address(url, web_href(url));
  if (!named) add_value(values, {kind, {}});
}

}  // namespace

void render_eligibility(SectionView& section, std::string_view name, const Json& value,
                        const FieldContext& context) {
  Values who, how;
  add_value(who, text_of(value, "text", context));
  add_value(how, text_of(value, "criteria", context));
  add_field(section, name, std::move(who), context);
  add_field(section, "criteria", std::move(how), context);
}

void render_contact(SectionView& section, std::string_view name, const Json& value,
                    const FieldContext& context) {
  Values values;
  add_value(values, text_of(value, "role", context));
  const std::string phone = string_of(value, "phone"), email = string_of(value, "email"),
                    page = string_of(value, "page");
  add_value(values, {phone, {}}, phone_href(phone));
  add_value(values, {email, {}}, email.empty() ? std::string() : "mailto:" + email);
  add_value(values, {page, {}}, web_href(page));
  add_field(section, name, std::move(values), context);
}

void render_channels(SectionView& section, std::string_view name, const Json& value,
                     const FieldContext& context) {
  Values values;
  for (const Json& channel : value) {
    add_channel_head(values, channel, context);
    add_value(values, text_of(channel, "note", context));
    std::string help;
    for (const Json& item : member_of(channel, "accessibility")) {
      if (item.is_string())
        help +=
            (help.empty() ? "" : ", ") + word("accessibility", item.get<std::string>(), context);
    }
    if (!help.empty())
      add_value(values,
                {text(context.language, "pages.channel.accessibility", {{"list", help}}), {}});
  }
  add_field(section, name, std::move(values), context);
}

void render_deadline(SectionView& section, std::string_view name, const Json& value,
                     const FieldContext& context) {
  Values values;
  if (member_of(value, "always") == true)
    add_value(values, {text(context.language, "pages.deadline.always"), {}});
  add_value(values, {period(value, "from", "to", context), {}});
  add_value(values, text_of(value, "note", context));
  add_field(section, name, std::move(values), context);
}

void render_fee(SectionView& section, std::string_view name, const Json& value,
                const FieldContext& context) {
  Values values;
  const Json& amount = member_of(value, "amount");
  if (amount.is_number() && amount.get<double>() == 0.0) {
    add_value(values, {text(context.language, "pages.fee.free"), {}});
  } else {
    add_value(values, {money(amount, string_of(value, "currency"), context), {}});
  }
  add_value(values, text_of(value, "note", context));
  add_field(section, name, std::move(values), context);
}

void render_status(SectionView& section, std::string_view name, const Json& value,
                   const FieldContext& context) {
  Values values;
  Text line{word("status", string_of(value, "code"), context), {}};
  const std::string since = date_in_words(context.language, string_of(value, "since"));
  if (!since.empty())
    line.text += " " + text(context.language, "pages.status.since", {{"date", since}});
  add_value(values, line);
  add_value(values, text_of(value, "reason", context));
  add_field(section, name, std::move(values), context);
}

void render_partners(SectionView& section, std::string_view name, const Json& value,
                     const FieldContext& context) {
  Values values;
  for (const Json& partner : value) {
    Text line = text_of(partner, "name", context);
    const Text role = text_of(partner, "role", context);
    if (!role.text.empty()) line.text += fmt::format(" ({})", role.text);
    add_value(values, line);
  }
  add_field(section, name, std::move(values), context);
}

void render_cost(SectionView& section, std::string_view, const Json& value,
                 const FieldContext& context) {
  const std::string currency = string_of(value, "currency");
  for (const char* part : {"capital", "operatingPerYear"}) {
    Values values;
    add_value(values, {money(member_of(value, part), currency, context), {}});
    add_field(section, part, std::move(values), context);
  }
  Values shares, year, note;
  const Json& by_source = member_of(value, "share");
  for (const char* source : {"national", "province", "city", "private"}) {
    const std::string percent = number(member_of(by_source, source));
    if (!percent.empty())
      add_value(shares, {fmt::format("{} {}%", word("share", source, context), percent), {}});
  }
  add_field(section, "share", std::move(shares), context);
  if (member_of(value, "year").is_number_integer())
    add_value(year, {member_of(value, "year").dump(), {}});
  add_field(section, "priceYear", std::move(year), context);
  add_value(note, text_of(value, "note", context));
  add_field(section, "costNote", std::move(note), context);
}

void render_staff(SectionView& section, std::string_view name, const Json& value,
                  const FieldContext& context) {
  Values values;
  const std::string months = number(member_of(value, "personMonths"));
  if (!months.empty())
    add_value(values,
              {text(context.language, "pages.unit.person-months", {{"count", months}}), {}});
  add_value(values, text_of(value, "note", context));
  add_field(section, name, std::move(values), context);
}

void render_outcomes(SectionView& section, std::string_view name, const Json& value,
                     const FieldContext& context) {
  TableView table;
  table.caption = label(name, context);
  for (const char* column : {"indicator", "baseline", "value", "period", "method", "source"}) {
    table.columns.push_back(label(column, context));
  }
  for (const Json& row : value) {
    const std::string unit = string_of(row, "unit");
    const auto measured = [&](const char* member) {
      const std::string digits = number(member_of(row, member));
      return Text{digits.empty() ? "–" : fmt::format("{} {}", digits, unit), {}};
    };
    std::string when = period(member_of(row, "period"), "start", "end", context);
    table.rows.push_back({text_of(row, "indicator", context), measured("baseline"),
                          measured("value"), Text{std::move(when), {}},
                          text_of(row, "method", context), text_of(row, "source", context)});
  }
  if (!table.rows.empty()) section.tables.push_back(std::move(table));
}

}  // namespace dure::node
