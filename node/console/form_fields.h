// SPDX-License-Identifier: Apache-2.0
// What a browser sent, as a tree. Internal to console/.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "console/entry_form.h"

namespace dure::node {

/// What was sent for one place of the body, and for the places below it.
struct FieldNode {
  std::map<std::string, FieldNode, std::less<>> children;
  std::vector<std::string> values;
  std::optional<std::string> kept;  // JSON that the form carried along
};

struct SentFields {
  FieldNode root;
  std::optional<std::string> add, remove;  // the pointer on the button that was pressed
};

/// The fields whose names are pointers. Errors: kTooLarge, kInvalid (a name that is none, or a
/// second button), kMalformed.
Result<SentFields> sort_fields(const FormFields& fields);

/// A field that no form of ours has.
Error foreign_field(std::string_view name);

}  // namespace dure::node
