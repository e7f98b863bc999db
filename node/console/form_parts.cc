// SPDX-License-Identifier: Apache-2.0
#include "console/form_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "console/form_pointer.h"
#include "console/form_values.h"
#include "console/form_words.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Kind = FormShape::Kind;
using Part = FormPart::Kind;

constexpr std::size_t kMaxOneLine = 200;    // longer texts get room for lines
constexpr std::size_t kMaxRegionLists = 8;  // each is the whole table; further ones are typed

const Json* find(const Json* object, const std::string& name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &*found;
}

// A member with another name is left out, as such characters are: no schema knows one.
bool can_be_sent(std::string_view name) {
  return std::none_of(name.begin(), name.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; });
}

bool has_member(const FormShape& shape, const std::string& name) {
  return std::any_of(shape.parts.begin(), shape.parts.end(),
                     [&](const FormShape& one) { return one.name == name; });
}

Part part_kind(Kind kind) {
  switch (kind) {
    case Kind::kGroup:
    case Kind::kRegion:
      return Part::kGroup;
    case Kind::kLanguages:
      return Part::kLanguages;
    case Kind::kList:
      return Part::kList;
    case Kind::kChoices:
      return Part::kChoices;
    case Kind::kChoice:
    case Kind::kYesNo:
      return Part::kChoice;
    default:
      return Part::kText;
  }
}

int rows_for(const FormShape& shape, const std::string& value) {
  if (shape.kind == Kind::kLines) return 4;
  if (shape.max_length > 5000) return 8;
  if (shape.max_length > kMaxOneLine && shape.form != "url" && shape.form != "email" &&
      shape.form != "origin" && shape.name != "origin")
    return 3;
  return value.find('\n') == std::string::npos ? 0 : 3;  // an input of one line would join them
}

std::string input_mode(const FormShape& shape) {
  if (shape.kind == Kind::kNumber) return "decimal";
  if (shape.form == "url" || shape.form == "email") return shape.form;
  return shape.form == "phone" ? "tel" : std::string();
}

std::string how_to_type(const FormShape& shape, Language language) {
  return text(language, "form.help.every." + (shape.form.empty() ? shape.name : shape.form));
}

// The names of attached files; as it is written if it is something else.
std::string file_names(const Json& value) {
  std::string names;
  for (const Json& file : value.is_array() ? value : Json::array()) {
    const Json* name = find(&file, "name");
    if (name == nullptr || !name->is_string()) return value.dump();
    names.append(names.empty() ? "" : "\n").append(name->get<std::string>());
  }
  return value.is_array() ? names : value.dump();
}

std::string joined_lines(const Json& list, const FormShape& shape, Language language) {
  std::string lines;
  for (const Json& line : list)
    lines.append(lines.empty() ? "" : "\n").append(shown_value(shape, line, language));
  return lines;
}

}  // namespace

std::string part_id(std::string_view pointer) {
  std::string id = "f";
  for (const char c : pointer) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) {
      id += c;
    } else {
      id += c == '/' ? "-" : fmt::format("_{:02x}", static_cast<unsigned char>(c));
    }
  }
  return id;
}

std::string legal_district(std::string_view code) {
  std::string ten(code);
  if (code.size() == 5 && code.find_first_not_of("0123456789") == std::string_view::npos)
    ten += "00000";
  return ten;
}

FormPart PartMaker::member(const FormShape& shape, const Json* value) {
  return make(shape, value, place_of(shape, {}, /*asked_for=*/true));
}

void PartMaker::add_unknown(std::vector<FormPart>& parts, const FormShape& shape,
                            const std::string& above, const Json& object) const {
  for (const auto& [name, value] : object.items()) {
    if (!has_member(shape, name) && can_be_sent(name))
      parts.push_back(kept(value, {child_pointer(above, name), name, {}, false}));
  }
}

PartMaker::Place PartMaker::place_of(const FormShape& shape, const std::string& above,
                                     bool asked_for) const {
  return {child_pointer(above, shape.name), label_of(shape, language_),
          help_of(shape, type_, language_), shape.required && asked_for};
}

FormPart PartMaker::kept(const Json& value, const Place& place) const {
  FormPart part;
  part.kind = Part::kKept;
  part.pointer = place.pointer;
  part.id = part_id(place.pointer);
  part.label = place.label;
  part.help = text(language_, "form.kept");
  part.value = value.dump(2);
  part.kept = value.dump(-1, ' ', /*ensure_ascii=*/true);
  part.can_remove = true;
  return part;
}

FormPart PartMaker::make(const FormShape& shape, const Json* value, const Place& place) {
  if (shape.kind != Kind::kAttachments && value != nullptr && !fits(shape, *value))
    return kept(*value, place);
  FormPart part;
  part.kind = part_kind(shape.kind);
  part.pointer = place.pointer;
  part.id = part_id(place.pointer);
  part.label = place.label;
  part.help = place.help;
  part.required = place.required;
  switch (shape.kind) {
    case Kind::kGroup:
      fill_members(part, shape, value, place.required);
      break;
    case Kind::kRegion:
      fill_region(part, shape, value, place.required);
      break;
    case Kind::kLanguages:
      fill_languages(part, shape, value);
      break;
    case Kind::kList:
      fill_items(part, shape, value);
      break;
    case Kind::kChoices:
      fill_choices(part, shape, value);
      break;
    case Kind::kAttachments:
      part.kind = Part::kKept;
      part.value = value == nullptr ? std::string() : file_names(*value);
      break;
    case Kind::kLines:
      if (value != nullptr) part.value = joined_lines(*value, shape, language_);
      if (value != nullptr && value->empty()) part.kept = "[]";
      fill_text(part, shape);
      break;
    default:
      if (value != nullptr) part.value = shown_value(shape, *value, language_);
      if (part.kind == Part::kChoice) {
        fill_choice(part, shape);
      } else {
        fill_text(part, shape);
      }
  }
  return part;
}

void PartMaker::fill_members(FormPart& part, const FormShape& shape, const Json* value,
                             bool asked_for) {
  for (const FormShape& member : shape.parts) {
    part.parts.push_back(
        make(member, find(value, member.name), place_of(member, part.pointer, asked_for)));
  }
  if (value != nullptr) add_unknown(part.parts, shape, part.pointer, *value);
}

void PartMaker::fill_languages(FormPart& part, const FormShape& shape, const Json* value) {
  fill_members(part, shape, value, /*asked_for=*/false);
  for (std::size_t i = 0; i < shape.parts.size(); ++i) part.parts[i].language = shape.parts[i].name;
}

// A required list that is still empty shows a first item, unless empty is an answer as well.
void PartMaker::fill_items(FormPart& part, const FormShape& shape, const Json* value) {
  static const Json kFirst = Json::array({nullptr});
  part.can_add = true;
  const bool empty = value == nullptr || value->empty();
  if ((shape.required && shape.may_be_empty) || (value != nullptr && empty)) part.kept = "[]";
  const bool invites = empty && shape.required && !shape.may_be_empty;
  std::size_t count = 0;
  for (const Json& item : invites ? kFirst : (empty ? Json::array() : *value)) {
    const Place place{child_pointer(part.pointer, std::to_string(count)),
                      fmt::format("{} {}", part.label, count + 1),
                      {},
                      /*required=*/true};
    part.parts.push_back(make(shape.parts.front(), invites ? nullptr : &item, place));
    part.parts.back().required = false;  // of its members some are
    part.parts.back().can_remove = true;
    ++count;
  }
}

void PartMaker::fill_region(FormPart& part, const FormShape& shape, const Json* value,
                            bool asked_for) {
  fill_members(part, shape, value, asked_for);
  const Json* scheme = find(value, "scheme");
  if (scheme != nullptr && *scheme != "bjd") return;
  std::erase_if(part.parts,
                [](const FormPart& member) { return member.pointer.ends_with("/scheme"); });
  if (regions_.empty() || region_lists_ == kMaxRegionLists) return;
  ++region_lists_;
  for (FormPart& member : part.parts) {
    if (member.kind == Part::kText && member.pointer.ends_with("/code")) offer_regions(member);
  }
}

void PartMaker::offer_regions(FormPart& code) const {
  code.kind = Part::kChoice;
  code.help.clear();  // nobody types it
  code.options.push_back({{}, text(language_, "form.choose"), code.value.empty()});
  bool found = code.value.empty();
  for (const OptionGroup& group : regions_) {
    for (const SelectOption& option : group.options) {
      const std::string district = legal_district(option.value);
      const bool chosen = !found && district == code.value;
      found = found || chosen;
      code.options.push_back({district, option.label, chosen, group.label});
    }
  }
  if (!found) code.options.push_back({code.value, code.value, true});
}

void PartMaker::fill_choices(FormPart& part, const FormShape& shape, const Json* value) const {
  std::vector<std::string> chosen;
  for (const Json& code : value == nullptr ? Json::array() : *value)
    chosen.push_back(shown_value(shape, code, language_));
  if (value != nullptr && value->empty()) part.kept = "[]";
  for (const std::string& code : shape.codes) {
    const auto found = std::find(chosen.begin(), chosen.end(), code);
    part.options.push_back({code, word_of(shape, code, language_), found != chosen.end()});
    if (found != chosen.end()) chosen.erase(found);
  }
  // What is no code, or there twice, can be unticked.
  for (const std::string& code : chosen) part.options.push_back({code, code, true});
}

void PartMaker::fill_choice(FormPart& part, const FormShape& shape) const {
  const bool yes_no = shape.kind == Kind::kYesNo;
  part.options.push_back(
      {{}, text(language_, part.required ? "form.choose" : "form.open"), part.value.empty()});
  const std::vector<std::string> codes =
      yes_no ? std::vector<std::string>{"true", "false"} : shape.codes;
  bool found = part.value.empty();
  for (const std::string& code : codes) {
    const bool chosen = !found && code == part.value;
    found = found || chosen;
    part.options.push_back({code,
                            yes_no ? text(language_, code == "true" ? "form.yes" : "form.no")
                                   : word_of(shape, code, language_),
                            chosen});
  }
  if (!found) part.options.push_back({part.value, part.value, true});
}

void PartMaker::fill_text(FormPart& part, const FormShape& shape) const {
  const bool dated = shape.kind == Kind::kDate || shape.kind == Kind::kMoment;
  // A browser shows nothing of what is no day.
  if (dated && (part.value.empty() || is_day(part.value))) {
    part.kind = Part::kDate;
    if (part.help == how_to_type(shape, language_)) part.help.clear();  // nobody types it
    return;
  }
  part.rows = rows_for(shape, part.value);
  part.input_mode = input_mode(shape);
}

}  // namespace dure::node
