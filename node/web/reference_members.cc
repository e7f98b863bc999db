// SPDX-License-Identifier: Apache-2.0
// Members that name other entries: shown with the title they have here, or as not known here.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "web/member_renderers.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Values = std::vector<FieldValue>;

/// Which type an entry must have that stands in a member; others take any.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kExpected = {
    {{"addresses", "problem"},
     {"parent", "problem"},
     {"sameAs", "problem"},
     {"practice", "practice"},
     {"practices", "practice"},
     {"follows", "practice"},
     {"services", "service"},
     {"specs", "spec"},
     {"learnedFrom", "adoption"},
     {"adoptions", "adoption"},
     {"replaces", "spec"},
     {"uses", "dataset"},
     {"programme", "programme"}}};

bool is_expected(std::string_view name, std::string_view type) {
  const auto found = std::find_if(kExpected.begin(), kExpected.end(),
                                  [&](const auto& expected) { return expected.first == name; });
  return found == kExpected.end() || found->second == type;
}

Text remark(std::string text, const char* key, const FieldContext& context) {
  return {fmt::format("{} ({})", text, dure::node::text(context.language, key)), {}};
}

void add_reference(Values& values, std::string_view name, const Json& reference,
                   const FieldContext& context) {
  const std::string origin = string_of(reference, "origin"), id = string_of(reference, "id");
  if (origin.empty() || id.empty()) return;
  const auto target = context.record ? context.record(origin, id, context.language) : std::nullopt;
  if (!target) {
    Text title = text_of(reference, "title", context);
    if (title.text.empty()) title.text = fmt::format("{} {}", origin, id);
    add_value(values, remark(std::move(title.text), "pages.reference.unresolved", context));
    return;
  }
  if (!is_expected(name, target->type)) {
    add_value(values, remark(target->title.text, "pages.reference.other-type", context),
              target->href);
    return;
  }
  Text shown = target->title;
  if (!target->publisher.empty()) shown.text += fmt::format(" ({})", target->publisher);
  add_value(values, std::move(shown), target->href);
}

}  // namespace

void render_reference(SectionView& section, std::string_view name, const Json& value,
                      const FieldContext& context) {
  Values values;
  const bool list = value.is_array();
  for (const Json& item : list ? value : Json::array({value}))
    add_reference(values, name, item, context);
  add_field(section, name, std::move(values), context);
}

}  // namespace dure::node
