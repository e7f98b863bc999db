// SPDX-License-Identifier: Apache-2.0
#include "web/entry_fields.h"

#include <fmt/format.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "web/entry_values.h"
#include "web/wording.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Values = std::vector<FieldValue>;

void add(Values& values, Text text, std::string href = {}) {
  if (!text.text.empty()) values.push_back({std::move(text), std::move(href)});
}

void add_field(SectionView& section, std::string_view name, Values values,
               const FieldContext& context) {
  if (!values.empty()) section.fields.push_back({label(name, context), std::move(values)});
}

// Each renderer below is for one shape of member; `name` is the member's name.
using Renderer =
    std::function<void(SectionView&, std::string_view name, const Json&, const FieldContext&)>;

void render_text(SectionView& section, std::string_view name, const Json& value,
                 const FieldContext& context) {
  Values values;
  const bool list = value.is_array();
  for (const Json& item : list ? value : Json::array({value}))
    add(values, choose_text(item, context.language));
  add_field(section, name, std::move(values), context);
}

void render_codes(SectionView& section, std::string_view name, const Json& value,
                  const FieldContext& context) {
  std::string joined;
  const bool list = value.is_array();
  for (const Json& item : list ? value : Json::array({value})) {
    const std::string code = item.is_string() ? item.get<std::string>() : item.dump();
    joined += (joined.empty() ? "" : ", ") + word(name, code, context);
  }
  Values values;
  add(values, {joined, {}});
  add_field(section, name, std::move(values), context);
}

void render_words(SectionView& section, std::string_view name, const Json& value,
                  const FieldContext& context) {
  std::string joined;
  for (const Json& item : value)
    joined += (joined.empty() ? "" : ", ") + choose_text(item, context.language).text;
  Values values;
  add(values, {joined, {}});
  add_field(section, name, std::move(values), context);
}

void render_date(SectionView& section, std::string_view name, const Json& value,
                 const FieldContext& context) {
  Values values;
  if (value.is_string())
    add(values, {date_in_words(context.language, value.get<std::string>()), {}});
  add_field(section, name, std::move(values), context);
}

void render_duration(SectionView& section, std::string_view name, const Json& value,
                     const FieldContext& context) {
  Values values;
  if (value.is_string()) add(values, {duration(value.get<std::string>(), context), {}});
  add_field(section, name, std::move(values), context);
}

void render_period(SectionView& section, std::string_view name, const Json& value,
                   const FieldContext& context) {
  Values values;
  add(values, {period(value, "start", "end", context), {}});
  add_field(section, name, std::move(values), context);
}

void render_eligibility(SectionView& section, std::string_view name, const Json& value,
                        const FieldContext& context) {
  Values who, how;
  add(who, text_of(value, "text", context));
  add(how, text_of(value, "criteria", context));
  add_field(section, name, std::move(who), context);
  add_field(section, "criteria", std::move(how), context);
}

void render_contact(SectionView& section, std::string_view name, const Json& value,
                    const FieldContext& context) {
  Values values;
  add(values, text_of(value, "role", context));
  const std::string phone = string_of(value, "phone"), email = string_of(value, "email"),
                    page = string_of(value, "page");
  add(values, {phone, {}}, phone_href(phone));
  add(values, {email, {}}, email.empty() ? std::string() : "mailto:" + email);
  add(values, {page, {}}, web_href(page));
  add_field(section, name, std::move(values), context);
}

// "방문: 보건소 2층", then the addresses; an address alone stands right behind the kind.
void add_channel_head(Values& values, const Json& channel, const FieldContext& context) {
  const std::string kind = word("channel", string_of(channel, "kind"), context);
  const std::string place = text_of(channel, "place", context).text;
  if (!place.empty()) add(values, {fmt::format("{}: {}", kind, place), {}});
  bool named = !place.empty();
  const auto add_address = [&](const std::string& address, std::string href) {
    if (address.empty()) return;
    add(values, {named ? address : fmt::format("{}: {}", kind, address), {}}, std::move(href));
    named = true;
  };
  const std::string phone = string_of(channel, "phone"), url = string_of(channel, "url");
  add_address(phone, phone_href(phone));
  add_address(url, web_href(url));
  if (!named) add(values, {kind, {}});
}

void render_channels(SectionView& section, std::string_view name, const Json& value,
                     const FieldContext& context) {
  Values values;
  for (const Json& channel : value) {
    add_channel_head(values, channel, context);
    add(values, text_of(channel, "note", context));
    std::string help;
    for (const Json& item : member_of(channel, "accessibility")) {
      if (item.is_string())
        help +=
            (help.empty() ? "" : ", ") + word("accessibility", item.get<std::string>(), context);
    }
    if (!help.empty())
      add(values, {text(context.language, "pages.channel.accessibility", {{"list", help}}), {}});
  }
  add_field(section, name, std::move(values), context);
}

void render_deadline(SectionView& section, std::string_view name, const Json& value,
                     const FieldContext& context) {
  Values values;
  if (member_of(value, "always") == true)
    add(values, {text(context.language, "pages.deadline.always"), {}});
  add(values, {period(value, "from", "to", context), {}});
  add(values, text_of(value, "note", context));
  add_field(section, name, std::move(values), context);
}

void render_fee(SectionView& section, std::string_view name, const Json& value,
                const FieldContext& context) {
  Values values;
  const Json& amount = member_of(value, "amount");
  if (amount.is_number() && amount.get<double>() == 0.0) {
    add(values, {text(context.language, "pages.fee.free"), {}});
  } else {
    add(values, {money(amount, string_of(value, "currency"), context), {}});
  }
  add(values, text_of(value, "note", context));
  add_field(section, name, std::move(values), context);
}

void render_regions(SectionView& section, std::string_view name, const Json& value,
                    const FieldContext& context) {
  std::string joined;
  for (const Json& region : value) {
    const std::string code = string_of(region, "code");
    const std::string known = context.region_name
                                  ? context.region_name(code.substr(0, 5), context.language)
                                  : std::string();
    joined += (joined.empty() ? "" : ", ") + (known.empty() ? code : known);
  }
  Values values;
  add(values, {joined, {}});
  add_field(section, name, std::move(values), context);
}

void render_status(SectionView& section, std::string_view name, const Json& value,
                   const FieldContext& context) {
  Values values;
  Text line{word("status", string_of(value, "code"), context), {}};
  const std::string since = date_in_words(context.language, string_of(value, "since"));
  if (!since.empty())
    line.text += " " + text(context.language, "pages.status.since", {{"date", since}});
  add(values, line);
  add(values, text_of(value, "reason", context));
  add_field(section, name, std::move(values), context);
}

// Titled addresses: links, legal basis, documents.
void render_links(SectionView& section, std::string_view name, const Json& value,
                  const FieldContext& context) {
  Values values;
  for (const Json& link : value) {
    const std::string url = string_of(link, "url");
    Text title = text_of(link, "title", context);
    if (title.text.empty()) title = {url, {}};
    const std::string rel = string_of(link, "rel");
    if (!rel.empty()) title.text = fmt::format("{}: {}", word("rel", rel, context), title.text);
    add(values, title, web_href(url));
    const std::string hash = string_of(link, "sha256");
    if (!hash.empty()) add(values, {"SHA-256 " + hash, {}});
  }
  add_field(section, name, std::move(values), context);
}

void render_identifiers(SectionView& section, std::string_view name, const Json& value,
                        const FieldContext& context) {
  Values values;
  for (const Json& item : value) {
    add(values, {fmt::format("{} {}", word("scheme", string_of(item, "scheme"), context),
                             string_of(item, "value")),
                 {}});
  }
  add_field(section, name, std::move(values), context);
}

void render_partners(SectionView& section, std::string_view name, const Json& value,
                     const FieldContext& context) {
  Values values;
  for (const Json& partner : value) {
    Text line = text_of(partner, "name", context);
    const Text role = text_of(partner, "role", context);
    if (!role.text.empty()) line.text += fmt::format(" ({})", role.text);
    add(values, line);
  }
  add_field(section, name, std::move(values), context);
}

void render_cost(SectionView& section, std::string_view, const Json& value,
                 const FieldContext& context) {
  const std::string currency = string_of(value, "currency");
  for (const char* part : {"capital", "operatingPerYear"}) {
    Values values;
    add(values, {money(member_of(value, part), currency, context), {}});
    add_field(section, part, std::move(values), context);
  }
  Values shares, year, note;
  const Json& by_source = member_of(value, "share");
  for (const char* source : {"national", "province", "city", "private"}) {
    const std::string percent = number(member_of(by_source, source));
    if (!percent.empty())
      add(shares, {fmt::format("{} {}%", word("share", source, context), percent), {}});
  }
  add_field(section, "share", std::move(shares), context);
  if (member_of(value, "year").is_number_integer())
    add(year, {member_of(value, "year").dump(), {}});
  add_field(section, "priceYear", std::move(year), context);
  add(note, text_of(value, "note", context));
  add_field(section, "costNote", std::move(note), context);
}

void render_staff(SectionView& section, std::string_view name, const Json& value,
                  const FieldContext& context) {
  Values values;
  const std::string months = number(member_of(value, "personMonths"));
  if (!months.empty())
    add(values, {text(context.language, "pages.unit.person-months", {{"count", months}}), {}});
  add(values, text_of(value, "note", context));
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

// A member of a schema newer than this program.
void render_unknown(SectionView& section, std::string_view name, const Json& value,
                    const FieldContext& context) {
  Text shown = choose_text(value, context.language);
  if (shown.text.empty()) shown = {value.dump(-1, ' ', false, Json::error_handler_t::replace), {}};
  section.fields.push_back({label(name, context), {{std::move(shown), {}}}});
}

enum class Shape { kAny, kArray, kObject };
struct Member {
  Shape shape;
  Renderer render;
};

std::map<std::string_view, Member> make_members() {
  std::map<std::string_view, Member> members = {
      {"eligibility", {Shape::kObject, render_eligibility}},
      {"contact", {Shape::kObject, render_contact}},
      {"channels", {Shape::kArray, render_channels}},
      {"deadline", {Shape::kObject, render_deadline}},
      {"fee", {Shape::kObject, render_fee}},
      {"regions", {Shape::kArray, render_regions}},
      {"status", {Shape::kObject, render_status}},
      {"identifiers", {Shape::kArray, render_identifiers}},
      {"partners", {Shape::kArray, render_partners}},
      {"cost", {Shape::kObject, render_cost}},
      {"staff", {Shape::kObject, render_staff}},
      {"outcomes", {Shape::kArray, render_outcomes}},
      {"period", {Shape::kObject, render_period}},
      {"keywords", {Shape::kArray, render_words}}};
  for (const char* name : {"department", "operator", "benefits", "requiredDocuments", "problems",
                           "problem", "whatWasDone", "citizensPart", "difficulties", "sideEffects",
                           "preconditions", "copyThis", "doNotCopy"}) {
    members[name] = {Shape::kAny, render_text};
  }
  for (const char* name :
       {"fields", "audiences", "scale", "licence", "language", "kind", "evidenceLevel"}) {
    members[name] = {Shape::kAny, render_codes};
  }
  for (const char* name : {"issued", "modified", "reviewedAt"})
    members[name] = {Shape::kAny, render_date};
  for (const char* name : {"reviewEvery", "processingTime"})
    members[name] = {Shape::kAny, render_duration};
  for (const char* name : {"links", "legalBasis", "documents"})
    members[name] = {Shape::kArray, render_links};
  return members;
}

bool has_shape(const Json& value, Shape shape) {
  if (shape == Shape::kObject) return value.is_object();
  if (shape == Shape::kAny) return true;
  return value.is_array();
}

}  // namespace

void add_member(SectionView& section, std::string_view name, const Json& value,
                const FieldContext& context) {
  static const std::map<std::string_view, Member> kMembers = make_members();
  const auto member = kMembers.find(name);
  if (member == kMembers.end() || !has_shape(value, member->second.shape)) {
    render_unknown(section, name, value, context);
  } else {
    member->second.render(section, name, value, context);
  }
}

}  // namespace dure::node
