// SPDX-License-Identifier: Apache-2.0
// Answers of the control API: JSON, or a problem in the reader's language.
#pragma once

#include <string>

#include "dure/error.h"
#include "http/message.h"
#include "web/texts.h"

namespace dure::node::http {

Language reply_language(const Request& request);
bool switched_on(const Request& request, std::string_view parameter);
Response control_json(std::string json);
/// problem+json with explain(language, error) as detail.
Response control_problem(const Request& request, const Error& error);

}  // namespace dure::node::http
