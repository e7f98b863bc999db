// SPDX-License-Identifier: Apache-2.0
// The first line is a type, the rest what a browser sent. Property: what is taken is a body within
// bounds; shown again and sent untouched it changes once at most. A button adds or removes what it
// says, and nothing it is pressed on stops the form.
#include <nlohmann/json.hpp>

#include "console/entry_form.h"
#include "fuzz.h"
#include "http/form.h"
#include "publishing/entry_document.h"

namespace {

using namespace dure::node;

void collect(const std::vector<FormPart>& parts, FormFields& fields) {
  for (const FormPart& part : parts) {
    if (!part.kept.empty()) fields.emplace_back("kept:" + part.pointer, part.kept);
    switch (part.kind) {
      case FormPart::Kind::kText:
      case FormPart::Kind::kDate:
        fields.emplace_back(part.pointer, part.value);
        break;
      case FormPart::Kind::kChoice:
      case FormPart::Kind::kChoices:
        for (const auto& option : part.options)
          if (option.chosen) fields.emplace_back(part.pointer, option.value);
        break;
      default:
        break;
    }
    collect(part.parts, fields);
  }
}

// A body of so many lists that its form is too large to be sent comes back as nothing.
std::string trip(std::string_view type, const std::string& body) {
  const FormView view = make_entry_form(type, body, {}, Language::kEn, {});
  FormFields fields;
  for (const FormSection& section : view.sections) collect(section.parts, fields);
  const auto again = body_from_form(type, fields, body);
  require(again.has_value() || again.error().code == dure::ErrorCode::kTooLarge);
  return again ? *again : std::string();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  const std::string_view type = input.substr(0, input.find('\n'));
  if (type.size() == input.size()) return 0;
  const auto sent =
      http::parse_form(input.substr(type.size() + 1), kMaxDocumentBytes, kMaxEntryFormFields);
  if (!sent) return 0;
  const auto changed = change_form(type, *sent, "{}");
  if (changed) {
    require(nlohmann::json::parse(changed->body).is_object());
    make_entry_form(type, changed->body, {}, Language::kKo, {}, changed->focus);
  }
  const auto body = body_from_form(type, *sent, "{}");
  if (!body) return 0;
  require(body->size() <= kMaxBodyBytes && nlohmann::json::parse(*body).is_object());
  const std::string once = trip(type, *body);
  if (!once.empty()) require(trip(type, once) == once);
  return 0;
}
