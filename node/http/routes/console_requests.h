// SPDX-License-Identifier: Apache-2.0
// Requests to end an entry: asked by one person, decided on the page of their number like drafts.
// Internal to the routes.
#pragma once

#include "http/routes/console_routes.h"

namespace dure::node::http {

/// The page of a request, with what the visitor may decide.
Response request_page(const ConsolePorts& ports, Visit& visit, const Draft& request, int status);
/// Its entry as it was last readable; without a title if nothing is left of it.
EntryView requested_entry(const ConsolePorts& ports, const Draft& request, Language language);

/// A code of erasure_reasons() in words.
std::string erasure_in_words(std::string_view code, Language language);
/// The field of a request's form that `error` is about.
std::string fault_place(const Error& error);

}  // namespace dure::node::http
