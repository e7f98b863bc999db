// SPDX-License-Identifier: Apache-2.0
// Members that are one value, or a list of values of the same kind.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "web/member_renderers.h"
#include "web/wording.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Values = std::vector<FieldValue>;

}  // namespace

void add_value(Values& values, Text text, std::string href) {
  if (!text.text.empty()) values.push_back({std::move(text), std::move(href)});
}

void add_field(SectionView& section, std::string_view name, Values values,
               const FieldContext& context) {
  if (!values.empty()) section.fields.push_back({label(name, context), std::move(values)});
}

void render_text(SectionView& section, std::string_view name, const Json& value,
                 const FieldContext& context) {
  Values values;
  const bool list = value.is_array();
  for (const Json& item : list ? value : Json::array({value}))
    add_value(values, choose_text(item, context.language));
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
  add_value(values, {joined, {}});
  add_field(section, name, std::move(values), context);
}

void render_words(SectionView& section, std::string_view name, const Json& value,
                  const FieldContext& context) {
  std::string joined;
  for (const Json& item : value)
    joined += (joined.empty() ? "" : ", ") + choose_text(item, context.language).text;
  Values values;
  add_value(values, {joined, {}});
  add_field(section, name, std::move(values), context);
}

void render_date(SectionView& section, std::string_view name, const Json& value,
                 const FieldContext& context) {
  Values values;
  if (value.is_string())
    add_value(values, {date_in_words(context.language, value.get<std::string>()), {}});
  add_field(section, name, std::move(values), context);
}

void render_duration(SectionView& section, std::string_view name, const Json& value,
                     const FieldContext& context) {
  Values values;
  if (value.is_string()) add_value(values, {duration(value.get<std::string>(), context), {}});
  add_field(section, name, std::move(values), context);
}

void render_period(SectionView& section, std::string_view name, const Json& value,
                   const FieldContext& context) {
  Values values;
  add_value(values, {period(value, "start", "end", context), {}});
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
    add_value(values, title, web_href(url));
    const std::string hash = string_of(link, "sha256");
    if (!hash.empty()) add_value(values, {"SHA-256 " + hash, {}});
  }
  add_field(section, name, std::move(values), context);
}

namespace {

// "5.0 MB"
std::string bytes_in_words(const Json& size) {
  if (!size.is_number_unsigned()) return {};
  constexpr double kKilo = 1024;
  auto value = size.get<double>();
  const char* unit = "B";
  for (const char* next : {"kB", "MB", "GB"}) {
    if (value < kKilo) break;
    value /= kKilo;
    unit = next;
  }
  return fmt::format("{:.{}f} {}", value, *unit == 'B' ? 0 : 1, unit);
}

}  // namespace

void render_attachments(SectionView& section, std::string_view name, const Json& value,
                        const FieldContext& context) {
  Values values;
  for (const Json& file : value) {
    Text shown{
        fmt::format("{} ({})", string_of(file, "name"), bytes_in_words(member_of(file, "size"))),
        {}};
    const auto href = context.attachment_href ? context.attachment_href(string_of(file, "commit"))
                                              : std::string();
    if (href.empty()) shown.text += ' ' + text(context.language, "pages.attachment.elsewhere");
    add_value(values, std::move(shown), href);
  }
  add_field(section, name, std::move(values), context);
}

void render_identifiers(SectionView& section, std::string_view name, const Json& value,
                        const FieldContext& context) {
  Values values;
  for (const Json& item : value) {
    add_value(values, {fmt::format("{} {}", word("scheme", string_of(item, "scheme"), context),
                                   string_of(item, "value")),
                       {}});
  }
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
  add_value(values, {joined, {}});
  add_field(section, name, std::move(values), context);
}

}  // namespace dure::node
