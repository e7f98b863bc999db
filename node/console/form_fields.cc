// SPDX-License-Identifier: Apache-2.0
#include "console/form_fields.h"

#include <algorithm>

#include "console/form_pointer.h"
#include "dure/encoding.h"
#include "publishing/entry_document.h"

namespace dure::node {
namespace {

constexpr std::string_view kKept = "kept:";

// What our own parser of forms lets through; others might let through more.
bool is_text(std::string_view text) {
  return is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
         });
}

Status check_size(const FormFields& fields) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : fields) {
    bytes += name.size() + value.size();
    if (!is_text(name) || !is_text(value))
      return Error{ErrorCode::kMalformed, "a field holds bytes that are no text",
                   "form.error.text"};
  }
  if (fields.size() > kMaxEntryFormFields || bytes > kMaxDocumentBytes)
    return Error{ErrorCode::kTooLarge, "a form of too many fields", "form.error.too-large"};
  return std::monostate{};
}

Result<FieldNode*> node_at(FieldNode& root, std::string_view pointer) {
  const auto tokens = pointer_tokens(pointer, kMaxBodyDepth);
  if (!tokens || tokens->empty()) return foreign_field(pointer);
  FieldNode* node = &root;
  for (const std::string& token : *tokens) node = &node->children[token];
  return node;
}

Status take_button(std::optional<std::string>& button, const std::string& pointer) {
  if (button) return foreign_field(pointer);
  button = pointer;
  return std::monostate{};
}

Status take_field(SentFields& sent, const std::string& name, const std::string& value) {
  if (name == "add") return take_button(sent.add, value);
  if (name == "remove") return take_button(sent.remove, value);
  const bool kept = name.starts_with(kKept);
  if (!kept && !name.starts_with('/')) return std::monostate{};
  const auto node = node_at(sent.root, std::string_view(name).substr(kept ? kKept.size() : 0));
  if (!node) return node.error();
  if (!kept) {
    (*node)->values.push_back(value);
  } else if ((*node)->kept) {
    return foreign_field(name);
  } else {
    (*node)->kept = value;
  }
  return std::monostate{};
}

}  // namespace

Error foreign_field(std::string_view name) {
  return {ErrorCode::kInvalid,
          "no field of this form: " + printable(name),
          "form.error.field",
          {{"name", printable(name)}}};
}

Result<SentFields> sort_fields(const FormFields& fields) {
  if (auto checked = check_size(fields); !checked) return std::move(checked).error();
  SentFields sent;
  for (const auto& [name, value] : fields) {
    if (auto taken = take_field(sent, name, value); !taken) return std::move(taken).error();
  }
  if (sent.add && sent.remove) return foreign_field(*sent.remove);
  // The button of an empty list is the only sign of it.
  if (sent.add) {
    if (auto node = node_at(sent.root, *sent.add); !node) return std::move(node).error();
  }
  return sent;
}

}  // namespace dure::node
