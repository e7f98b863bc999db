// SPDX-License-Identifier: Apache-2.0
// The form with which staff write an entry, made from the schema of its type, and what comes back
// from it. A field's name is the JSON pointer of its place in the body ("/title/ko"). Everything
// that is wrong with a body can be shown and corrected; what fields cannot hold is carried along
// ("kept:/pointer") until it is removed. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dure/result.h"
#include "publishing/entry_validation.h"
#include "web/form_view.h"

namespace dure::node {

using FormFields = std::vector<std::pair<std::string, std::string>>;  // decoded, in order

inline constexpr std::size_t kMaxEntryFormFields = 2000;

/// The form for an entry of `type` whose body so far is `body` (anything; what is no object counts
/// as empty). `regions` are offered: five or ten digits of the legal district code. The reader goes
/// on at `focus`, a pointer, if it is not empty. Faults lead to their fields.
/// Threads: any.
FormView make_entry_form(std::string_view type, std::string_view body,
                         const std::vector<EntryFault>& faults, Language language,
                         const std::vector<OptionGroup>& regions, std::string_view focus = {});

/// The body that a form says: compact, members sorted, what was left empty left out. Fields whose
/// names are no pointers are not looked at. Attachments, which forms do not edit, and the order of
/// what is ticked come from `previous_body`. Whether it obeys the schema is the validator's
/// question: what was typed is kept as text where it cannot be a number.
/// Errors: kUnsupported (type), kInvalid (a field that no form of ours has, or twice), kTooLarge,
/// kMalformed (not text).
Result<std::string> body_from_form(std::string_view type, const FormFields& fields,
                                   std::string_view previous_body);

/// Whether a button was pressed that changes the form and stores nothing: "add" or "remove".
bool asks_for_change(const FormFields& fields);

struct ChangedForm {
  std::string body;   // with items that are still empty, for make_entry_form only
  std::string focus;  // where the reader goes on
};

/// What was typed, with an item more or less; without such a button, just what was typed. Errors:
/// as body_from_form; kInvalid also for a button that no form of ours has. May be larger than a
/// body.
Result<ChangedForm> change_form(std::string_view type, const FormFields& fields,
                                std::string_view previous_body);

}  // namespace dure::node
