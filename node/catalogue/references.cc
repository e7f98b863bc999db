// SPDX-License-Identifier: Apache-2.0
#include "catalogue/references.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "catalogue/body_members.h"
#include "dure/checkpoint.h"
#include "dure/entry.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

// In alphabetical order, in which bodies are read.
constexpr std::array<std::string_view, 17> kKinds = {
    "about",    "addresses",   "adoptions", "duplicateOf", "experience", "follows",
    "ledTo",    "learnedFrom", "parent",    "practice",    "practices",  "programme",
    "replaces", "sameAs",      "services",  "specs",       "uses"};

void add_reference(std::vector<EntryReference>& found, std::string_view kind, const Json& value) {
  EntryReference reference{std::string(kind), body_text_of(body_member(value, "origin")),
                           body_text_of(body_member(value, "id"))};
  if (found.size() >= kMaxReferences || !is_origin(reference.origin) || !is_entry_id(reference.id))
    return;
  if (std::find(found.begin(), found.end(), reference) == found.end())
    found.push_back(std::move(reference));
}

}  // namespace

std::span<const std::string_view> reference_kinds() { return kKinds; }

bool is_reference_kind(std::string_view name) {
  return std::find(kKinds.begin(), kKinds.end(), name) != kKinds.end();
}

std::vector<EntryReference> references_of(const Json& body) {
  std::vector<EntryReference> found;
  for (const std::string_view kind : kKinds) {
    const Json* value = body_member(body, std::string(kind).c_str());
    if (value == nullptr) continue;
    if (!value->is_array()) {
      add_reference(found, kind, *value);
      continue;
    }
    for (const Json& element : *value) add_reference(found, kind, element);
  }
  return found;
}

std::string_view member_of_origin(std::string_view origin) {
  return origin.substr(0, origin.rfind('/'));
}

Result<RecordName> parse_record_name(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  const bool with_origin = slash != std::string_view::npos;
  RecordName name{std::string(with_origin ? text.substr(0, slash) : std::string_view()),
                  std::string(with_origin ? text.substr(slash + 1) : text)};
  if (!is_entry_id(name.id) || (with_origin && !is_origin(name.origin)))
    return Error{ErrorCode::kInvalid, "an entry is named by its id, or by origin/id"};
  return name;
}

std::string format_record_name(const RecordName& name) {
  return name.origin.empty() ? name.id : name.origin + '/' + name.id;
}

bool is_named(const CatalogueItem& item, const RecordName& name) {
  return item.id == name.id &&
         (name.origin.empty() || member_of_origin(item.origin) == member_of_origin(name.origin));
}

}  // namespace dure::node
