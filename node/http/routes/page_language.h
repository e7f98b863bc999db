// SPDX-License-Identifier: Apache-2.0
// Which language a reader wants: `?lang=`, else Accept-Language, else Korean.
#pragma once

#include <string_view>

#include "http/message.h"
#include "web/texts.h"

namespace dure::node::http {

struct PageLanguage {
  Language language = Language::kKo;
  bool chosen = false;  // by `?lang=`
};

PageLanguage page_language(const Request& request);
/// The language that an Accept-Language field likes best; Korean if it names neither Korean nor
/// English.
Language accepted_language(std::string_view accept_language);

}  // namespace dure::node::http
