// SPDX-License-Identifier: Apache-2.0
// A form with which people write an entry, as a tree of parts. Which parts an entry has is decided
// in console/; here they become HTML.
#pragma once

#include <string>
#include <vector>

#include "web/pages.h"

namespace dure::node {

/// One field, or several that belong together.
struct FormPart {
  enum class Kind {
    kGroup,      // `parts` are its members
    kList,       // `parts` are its items; more can be added
    kLanguages,  // `parts` are one text in Korean and in English
    kText,       // one line, or `rows` of them
    kDate,
    kChoice,   // one of `options`
    kChoices,  // any of `options`
    kKept      // shown, not edited: `value` is what it says
  };
  struct Option {
    std::string value, label;
    bool chosen = false;
    std::string group = {};  // options of one group follow each other
  };

  Kind kind = Kind::kText;
  std::string pointer;  // RFC 6901, the name of the field
  std::string id;       // of the element, unique on the page
  std::string label, help = {};
  bool required = false;
  std::string value = {};
  std::string language = {};  // of what is written; empty: the page's
  std::string input_mode = {};
  int rows = 0;                      // 0: an input of one line
  std::vector<Option> options = {};  // those of a choice begin with the empty one
  std::vector<FormPart> parts = {};
  std::string kept = {};  // JSON that comes back as it is, unless something else is given
  bool can_add = false, can_remove = false;
  bool focus = false;  // where the reader goes on
  std::vector<std::string> faults = {}, warnings = {};
};

struct FormSection {
  std::string id, title;
  std::vector<FormPart> parts;
  std::vector<FormPart> folded = {};  // shown by their labels until somebody opens them
};

/// What is wrong, and where that is corrected.
struct FormFault {
  std::string words;
  std::string id;  // of an element that can have the focus; empty: of the entry as a whole
  bool warning = false;
};

struct FormView {
  std::vector<FormFault> faults;
  std::vector<FormSection> sections;
};

/// The faults and the fields, without <form>, tokens and the buttons that send it. Its first button
/// has no name: what the Enter key presses is none that changes a list.
/// Threads: any. All text is escaped.
std::string render_entry_form(const PageFrame& frame, const FormView& view);

}  // namespace dure::node
