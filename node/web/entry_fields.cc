// SPDX-License-Identifier: Apache-2.0
#include "web/entry_fields.h"

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "web/member_renderers.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

using Renderer =
    std::function<void(SectionView&, std::string_view name, const Json&, const FieldContext&)>;

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
      {"keywords", {Shape::kArray, render_words}},
      {"attachments", {Shape::kArray, render_attachments}},
      {"sites", {Shape::kArray, render_sites}},
      {"indicators", {Shape::kArray, render_indicators}},
      {"distributions", {Shape::kArray, render_distributions}},
      {"findings", {Shape::kArray, render_findings}},
      {"decision", {Shape::kAny, render_decision}},
      {"supporters", {Shape::kAny, render_number}},
      {"population", {Shape::kAny, render_number}},
      {"resolved", {Shape::kAny, render_flag}},
      {"homepage", {Shape::kAny, render_address}}};
  for (const char* name : {"about", "duplicateOf", "programme", "practice", "addresses", "services",
                           "practices", "specs", "follows", "uses", "ledTo", "parent", "sameAs",
                           "experience", "learnedFrom", "adoptions", "replaces"}) {
    members[name] = {Shape::kAny, render_reference};
  }
  for (const char* name : {"department",   "operator",    "benefits",      "requiredDocuments",
                           "problems",     "problem",     "whatWasDone",   "citizensPart",
                           "difficulties", "sideEffects", "preconditions", "copyThis",
                           "doNotCopy",    "causes",      "proposed",      "answer",
                           "changed",      "goals",       "conditions",    "support",
                           "selection",    "category",    "version",       "requirements",
                           "conformance",  "offers"}) {
    members[name] = {Shape::kAny, render_text};
  }
  for (const char* name : {"fields", "audiences", "scale", "licence", "language", "kind",
                           "evidenceLevel", "frequency"}) {
    members[name] = {Shape::kAny, render_codes};
  }
  for (const char* name :
       {"issued", "modified", "reviewedAt", "decidedAt", "receivedAt", "checkedAt"})
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
