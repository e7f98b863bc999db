// SPDX-License-Identifier: Apache-2.0
// Addresses that any reader of RDF, XML or HTML takes, made of whatever a body says.
#pragma once

#include <string>
#include <string_view>

namespace dure::node {

/// `text` with every byte percent-encoded that an address may not hold: spaces, quotes, angle
/// brackets, control bytes, bytes beyond ASCII, and a % that begins no escape. Encoding twice
/// changes nothing.
std::string clean_iri(std::string_view text);
/// Percent-encodes everything but letters, digits and -._~
std::string encode_segment(std::string_view text);
/// "tel:054-000-1101" of an office number as people write it; empty if it has no digits.
std::string telephone_iri(std::string_view phone);
std::string mail_iri(std::string_view address);

}  // namespace dure::node
