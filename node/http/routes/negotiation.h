// SPDX-License-Identifier: Apache-2.0
// In which format an answer is wanted: `?format=` decides, else Accept.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "http/message.h"

namespace dure::node::http {

enum class Format { kJson, kJsonLd, kTurtle, kCsv, kAtom, kEvents };

/// As `?format=` names it: "json", "jsonld", "ttl", "csv", "atom", "sse".
std::string_view format_name(Format format);
/// With its charset, as Content-Type tells it.
std::string_view format_type(Format format);

struct Negotiated {
  std::optional<Format> format;
  Response refusal;  // without a format: 400 (no such format) or 406 (none that is accepted)
};

/// The first of `offered` is given to those who do not care. Spec: RFC 9110 12.5.1.
Negotiated negotiate(const Request& request, std::span<const Format> offered);

/// Says in what other formats the same can be had: Vary, and Link with rel="alternate".
void add_alternates(Response& response, const Request& request, std::span<const Format> offered,
                    Format given);

}  // namespace dure::node::http
