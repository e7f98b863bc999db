// SPDX-License-Identifier: Apache-2.0
#include "web/entry_view.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "web/entry_fields.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

struct SectionPlan {
  std::string_view title;
  std::vector<std::string_view> members;
};

// The order in which a citizen needs to know things, for every type; absent members take no room.
const std::vector<SectionPlan>& section_plans() {
  static const std::vector<SectionPlan> kPlans = {
      {"support", {"eligibility", "benefits", "audiences", "fee"}},
      {"apply", {"deadline", "channels", "requiredDocuments", "processingTime"}},
      {"story",
       {"kind",        "about",    "duplicateOf", "findings",     "checkedAt", "resolved",
        "programme",   "practice", "decision",    "problem",      "causes",    "proposed",
        "answer",      "changed",  "whatWasDone", "citizensPart", "decidedAt", "receivedAt",
        "supporters",  "period",   "addresses",   "services",     "practices", "adoptions",
        "learnedFrom", "replaces", "specs",       "follows",      "uses",      "ledTo",
        "parent",      "sameAs"}},
      {"programme", {"goals", "conditions", "support", "selection"}},
      {"specification", {"category", "version", "requirements", "conformance"}},
      {"data", {"distributions", "frequency"}},
      {"partner", {"homepage", "offers", "experience", "population"}},
      {"result", {"indicators", "outcomes", "evidenceLevel", "sideEffects"}},
      {"resources", {"cost", "staff", "partners"}},
      {"transfer",
       {"sites", "preconditions", "difficulties", "copyThis", "doNotCopy", "documents"}},
      {"contact", {"department", "contact", "operator"}},
      {"scope", {"status", "regions", "scale", "fields", "problems", "keywords"}},
      {"record",
       {"attachments", "legalBasis", "links", "issued", "modified", "reviewedAt", "reviewEvery",
        "licence", "language", "identifiers"}}};
  return kPlans;
}

constexpr int kMaxDepth = 32;

// Writing JSON recurses: a body made of brackets must not reach the end of the stack.
bool is_too_deep(std::string_view json) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '{' || c == '[')) {
      if (++depth > kMaxDepth) return true;
    } else if (!quoted && (c == '}' || c == ']')) {
      --depth;
    }
  }
  return false;
}

Text member_text(const Json& body, std::string_view member, Language language) {
  const auto found = body.find(std::string(member));
  return found == body.end() ? Text{} : choose_text(*found, language);
}

void add_section(std::vector<SectionView>& sections, SectionView section) {
  if (!section.fields.empty() || !section.tables.empty()) sections.push_back(std::move(section));
}

std::vector<SectionView> make_sections(const Json& body, const FieldContext& context) {
  std::vector<SectionView> sections;
  std::set<std::string_view> shown = {"title", "summary", "description"};
  for (const SectionPlan& plan : section_plans()) {
    SectionView section{
        text(context.language, fmt::format("pages.section.{}", plan.title)), {}, {}};
    for (const std::string_view member : plan.members) {
      shown.insert(member);
      const auto found = body.find(std::string(member));
      if (found != body.end()) add_member(section, member, *found, context);
    }
    add_section(sections, std::move(section));
  }
  SectionView rest{text(context.language, "pages.section.other"), {}, {}};
  for (const auto& [name, value] : body.items()) {
    if (!shown.contains(name)) add_member(rest, name, value, context);
  }
  add_section(sections, std::move(rest));
  return sections;
}

}  // namespace

Result<Json> parse_body(std::string_view body) {
  if (is_too_deep(body)) return Error{ErrorCode::kMalformed, "body is nested too deeply"};
  Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Error{ErrorCode::kMalformed, "body is not a JSON object"};
  return json;
}

std::string type_in_words(std::string_view type, Language language) {
  const std::string key = fmt::format("pages.type.{}", type);
  return text(language, has_text(language, key) ? key : "pages.type.other");
}

Result<EntryView> make_entry_view(std::string_view type, std::string_view body, Language language,
                                  const RegionName& region_name,
                                  const AttachmentHref& attachment_href,
                                  const RecordLookup& record) {
  const auto json = parse_body(body);
  if (!json) return json.error();

  EntryView view;
  view.type = type;
  view.type_name = type_in_words(type, language);
  view.title = member_text(*json, "title", language);
  view.summary = member_text(*json, "summary", language);
  view.description = member_text(*json, "description", language);
  view.sections =
      make_sections(*json, FieldContext{language, region_name, attachment_href, record});
  return view;
}

Result<Text> body_text(std::string_view body, std::string_view member, Language language) {
  const auto json = parse_body(body);
  if (!json) return json.error();
  return member_text(*json, member, language);
}

}  // namespace dure::node
