// SPDX-License-Identifier: Apache-2.0
// A type's schema as a form sees it: what can be filled in where, in the schema's own order.
// Internal to console/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dure::node {

struct FormShape {
  enum class Kind {
    kGroup,        // an object; `parts` are its members
    kRegion,       // {scheme, code, asOf}; the scheme goes without saying
    kLanguages,    // {ko, en}
    kList,         // `parts` holds the shape of one item
    kLines,        // a list of plain texts, one a line
    kChoices,      // a list of `codes`
    kChoice,       // one of `codes`
    kText,         // at most max_length characters, 0: no bound
    kDate,         // YYYY-MM-DD
    kMoment,       // that, or with a time
    kDuration,     // ISO 8601, written in words
    kNumber,       // also whole ones
    kYesNo,        //
    kAttachments,  // files are attached elsewhere
    kKept          // a construct that forms do not know
  };
  Kind kind = Kind::kKept;
  std::string name;            // of the member, or of the list for its items
  std::string parent;          // the member in which it stands; empty at the top
  std::string form;            // of the definition in common.schema.json; may be empty
  bool required = false;       // in its object
  bool whole = false;          // of a choice: its codes are numbers
  bool may_be_empty = false;   // of a list
  std::size_t max_length = 0;  // of a text
  std::vector<std::string> codes;
  std::string words;  // `pages.value.<words>.<code>` says what a code means
  std::vector<FormShape> parts;
};

/// Null if there is no such type. Threads: any.
const FormShape* form_shape(std::string_view type);

}  // namespace dure::node
