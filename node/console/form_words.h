// SPDX-License-Identifier: Apache-2.0
// What a form says about its fields. Internal to console/.
#pragma once

#include <string>
#include <string_view>

#include "console/form_shape.h"
#include "publishing/entry_validation.h"
#include "web/texts.h"

namespace dure::node {

std::string label_of(const FormShape& shape, Language language);
/// Of an entry of `type`; empty if there is nothing to say.
std::string help_of(const FormShape& shape, std::string_view type, Language language);
/// The word for one of its codes, or the code itself.
std::string word_of(const FormShape& shape, const std::string& code, Language language);
/// What is wrong, as people who fill in a form read it, without the field's name.
std::string words_of(const EntryFault& fault, Language language);

}  // namespace dure::node
