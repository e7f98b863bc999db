// SPDX-License-Identifier: Apache-2.0
// Reads a catalogue that somebody else wrote. Nothing is fetched while reading: no context, no
// document type, no entity, no import.
#pragma once

#include <optional>
#include <string_view>

#include "rdf/graph.h"

namespace dure::node {

inline constexpr std::size_t kMaxRdfBytes = 32 * 1024 * 1024;
inline constexpr std::size_t kMaxRdfDepth = 64;

enum class RdfFormat { kJsonLd, kTurtle, kRdfXml };

/// What the text looks like by its beginning.
RdfFormat rdf_format_of(std::string_view text);

/// All triples of `text`; `base` is the address against which relative ones are resolved.
/// Errors: kTooLarge (bytes, depth, triples), kMalformed (syntax, encoding), kUnsupported (a remote
/// context, a document type, a compressed file), each with what to do.
Result<Graph> read_rdf(std::string_view text, std::string_view base,
                       std::optional<RdfFormat> format = std::nullopt);

// Each of the formats, for read_rdf: `text` is UTF-8 without a byte order mark, within the size.
Result<Graph> read_json_ld(std::string_view text, std::string_view base);
Result<Graph> read_turtle(std::string_view text, std::string_view base);
Result<Graph> read_rdf_xml(std::string_view text, std::string_view base);

/// `relative` against `base` (RFC 3986, 5.2).
std::string resolve_iri(std::string_view base, std::string_view relative);
/// Whether `text` begins with a scheme.
bool is_absolute_iri(std::string_view text);

}  // namespace dure::node
