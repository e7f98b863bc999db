// SPDX-License-Identifier: Apache-2.0
#include "console/entry_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "console/form_parts.h"
#include "console/form_shape.h"
#include "console/form_values.h"
#include "console/form_words.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Part = FormPart::Kind;

struct Section {
  const char* name;
  std::vector<std::string_view> members;
};

/// In the order in which people think of them. What stands nowhere here is the heart of its type
/// and comes second.
const std::array<Section, 5>& sections() {
  static const std::array<Section, 5> kAll = {{
      {"what", {"title", "summary", "description", "kind"}},
      {"content", {}},
      {"who", {"department", "contact", "operator", "partners", "regions", "scale", "status"}},
      {"found", {"fields", "addresses", "problems", "audiences", "keywords"}},
      {"upkeep",
       {"modified", "issued", "reviewedAt", "reviewEvery", "licence", "links", "language",
        "identifiers", "attachments"}},
  }};
  return kAll;
}

bool is_named(const Section& section, std::string_view member) {
  return std::find(section.members.begin(), section.members.end(), member) != section.members.end();
}

bool is_content(std::string_view member) {
  return std::none_of(sections().begin(), sections().end(),
                      [&](const Section& section) { return is_named(section, member); });
}

/// The members of `shape` that stand in `section`, in its order or the schema's.
std::vector<const FormShape*> members_in(const Section& section, const FormShape& shape) {
  std::vector<const FormShape*> members;
  for (const FormShape& member : shape.parts) {
    if (section.members.empty() ? is_content(member.name) : is_named(section, member.name))
      members.push_back(&member);
  }
  const auto rank = [&](const FormShape* member) {
    return std::find(section.members.begin(), section.members.end(), member->name);
  };
  std::stable_sort(members.begin(), members.end(),
                   [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
  return members;
}

const Json* member_of(const Json& body, const std::string& name) {
  const auto found = body.find(name);
  return found == body.end() ? nullptr : &*found;
}

void fill_sections(FormView& view, const FormShape& shape, const Json& body, PartMaker& maker,
                   Language language) {
  for (const Section& section : sections()) {
    FormSection made{fmt::format("form-{}", section.name),
                     text(language, fmt::format("form.section.{}", section.name)),
                     {}};
    for (const FormShape* member : members_in(section, shape)) {
      const Json* value = member_of(body, member->name);
      if (member->kind == FormShape::Kind::kAttachments && value == nullptr) continue;
      made.parts.push_back(maker.member(*member, value));
    }
    if (!made.parts.empty()) view.sections.push_back(std::move(made));
  }
  FormSection others{"form-others", text(language, "form.section.others"), {}};
  maker.add_unknown(others.parts, shape, {}, body);
  if (!others.parts.empty()) view.sections.push_back(std::move(others));
}

struct Found {
  FormPart* part = nullptr;
  std::string path;       // of labels, from the outermost
  std::size_t order = 0;  // on the page
};
using PartsByPointer = std::map<std::string, Found, std::less<>>;

void collect(std::vector<FormPart>& parts, const std::string& above, PartsByPointer& found) {
  for (FormPart& part : parts) {
    // The label of an item begins with its list's.
    const bool names_list = !above.empty() && part.label.starts_with(above + " ");
    std::string path =
        above.empty() || names_list ? part.label : fmt::format("{} › {}", above, part.label);
    found.emplace(part.pointer, Found{&part, path, found.size()});
    collect(part.parts, path, found);
  }
}

/// The part for `pointer`, or for the nearest place above it.
const Found* part_at(const PartsByPointer& parts, std::string_view pointer) {
  while (!pointer.empty()) {
    if (const auto found = parts.find(pointer); found != parts.end()) return &found->second;
    pointer = pointer.substr(0, pointer.rfind('/'));
  }
  return nullptr;
}

/// Where one can begin to write in `part`.
FormPart& first_field(FormPart& part) {
  FormPart* field = &part;
  while (!field->parts.empty() && field->kind != Part::kList) field = &field->parts.front();
  return *field;
}

std::string fault_place(FormPart& part) {
  return part.kind == Part::kLanguages ? first_field(part).id : part.id;
}

void add_fault(FormView& view, const Found* place, const EntryFault& fault, Language language) {
  const std::string words = words_of(fault, language);
  const bool warning = fault.severity == FaultSeverity::kWarning;
  if (place == nullptr) {
    view.faults.push_back({words, {}, warning});
    return;
  }
  auto& at_field = warning ? place->part->warnings : place->part->faults;
  if (std::find(at_field.begin(), at_field.end(), words) == at_field.end())
    at_field.push_back(words);
  view.faults.push_back(
      {fmt::format("{}: {}", place->path, words), fault_place(*place->part), warning});
}

/// Those of the entry as a whole first, then as the fields follow each other.
void add_faults(FormView& view, const PartsByPointer& parts, const std::vector<EntryFault>& faults,
                Language language) {
  std::vector<std::pair<const Found*, const EntryFault*>> ordered;
  ordered.reserve(faults.size());
  for (const EntryFault& fault : faults)
    ordered.emplace_back(part_at(parts, fault.pointer), &fault);
  const auto rank = [](const auto& one) {
    return one.first == nullptr ? std::size_t{0} : one.first->order + 1;
  };
  std::stable_sort(ordered.begin(), ordered.end(),
                   [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  for (const auto& [place, fault] : ordered) add_fault(view, place, *fault, language);
}

/// Nothing is written, demanded, wrong or asked for there.
bool is_blank(const FormPart& part) {
  if (part.required || part.focus || !part.value.empty() || !part.kept.empty() ||
      !part.faults.empty() || !part.warnings.empty())
    return false;
  const bool chosen = std::any_of(part.options.begin(), part.options.end(), [](const auto& option) {
    return option.chosen && !option.value.empty();
  });
  return !chosen && std::all_of(part.parts.begin(), part.parts.end(), is_blank);
}

/// A long form frightens: what may stay empty and is, folds away behind the rest.
void fold_blank(FormSection& section) {
  const auto blank = std::stable_partition(section.parts.begin(), section.parts.end(),
                                           [](const FormPart& part) { return !is_blank(part); });
  section.folded.assign(std::make_move_iterator(blank),
                        std::make_move_iterator(section.parts.end()));
  section.parts.erase(blank, section.parts.end());
}

}  // namespace

FormView make_entry_form(std::string_view type, std::string_view body,
                         const std::vector<EntryFault>& faults, Language language,
                         const std::vector<OptionGroup>& regions, std::string_view focus) {
  FormView view;
  const FormShape* shape = form_shape(type);
  if (shape == nullptr) return view;
  Json json = read_json(body).value_or(Json::object());
  if (!json.is_object()) json = Json::object();
  PartMaker maker(type, language, regions);
  fill_sections(view, *shape, json, maker, language);

  PartsByPointer parts;
  for (FormSection& section : view.sections) collect(section.parts, {}, parts);
  add_faults(view, parts, faults, language);
  if (const Found* place = part_at(parts, focus); place != nullptr)
    first_field(*place->part).focus = true;
  for (FormSection& section : view.sections) fold_blank(section);
  return view;
}

}  // namespace dure::node
