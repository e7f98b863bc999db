// SPDX-License-Identifier: Apache-2.0
#include "console/form_words.h"

#include <fmt/format.h>

#include <initializer_list>

namespace dure::node {
namespace {

// The first of `keys` that there is a text for; empty if there is none.
std::string first_text(Language language, std::initializer_list<std::string> keys) {
  for (const std::string& key : keys) {
    if (has_text(language, key)) return text(language, key);
  }
  return {};
}

// Some labels also stand in the middle of sentences.
std::string capitalised(std::string label) {
  if (!label.empty() && label[0] >= 'a' && label[0] <= 'z')
    label[0] = static_cast<char>(label[0] - 'a' + 'A');
  return label;
}

}  // namespace

std::string label_of(const FormShape& shape, Language language) {
  const std::string label =
      first_text(language, {fmt::format("form.label.{}.{}", shape.parent, shape.name),
                            fmt::format("pages.field.{}", shape.name),
                            fmt::format("schema.field.{}", shape.name)});
  return label.empty() ? shape.name : capitalised(label);
}

std::string help_of(const FormShape& shape, std::string_view type, Language language) {
  if (shape.parent.empty()) {
    return first_text(language, {fmt::format("form.help.{}.{}", type, shape.name),
                                 fmt::format("form.help.{}", shape.name),
                                 fmt::format("form.help.every.{}", shape.form),
                                 fmt::format("form.help.every.{}", shape.name)});
  }
  return first_text(language, {fmt::format("form.help.{}.{}", shape.parent, shape.name),
                               fmt::format("form.help.every.{}", shape.form),
                               fmt::format("form.help.every.{}", shape.name)});
}

std::string word_of(const FormShape& shape, const std::string& code, Language language) {
  const std::string key = fmt::format("pages.value.{}.{}", shape.words, code);
  return has_text(language, key) ? capitalised(text(language, key)) : code;
}

std::string words_of(const EntryFault& fault, Language language) {
  constexpr std::string_view kArea = "schema";
  if (fault.text.starts_with(kArea)) {
    const std::string ours = "form" + fault.text.substr(kArea.size());
    if (has_text(language, ours)) return text(language, ours, fault.args);
  }
  return text(language, fault.text, fault.args);
}

}  // namespace dure::node
