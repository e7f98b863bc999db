// SPDX-License-Identifier: Apache-2.0
// What a catalogue's graph says, in the words of bodies. Internal to importing/.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rdf/graph.h"

namespace dure::node {

/// Vocabularies, each with its final sign.
inline constexpr std::string_view kDct = "http://purl.org/dc/terms/";
inline constexpr std::string_view kDcat = "http://www.w3.org/ns/dcat#";
inline constexpr std::string_view kFoaf = "http://xmlns.com/foaf/0.1/";
inline constexpr std::string_view kVcard = "http://www.w3.org/2006/vcard/ns#";

// As in federation-protocol/schemas: characters of a text.
inline constexpr std::size_t kTitle = 120, kSummary = 500, kLong = 20'000, kShort = 200,
                             kKeyword = 60;

/// What stands behind the last / or # of an IRI.
std::string tail_of(std::string_view iri);

/// Asks a graph in the order of values, so that nothing depends on the order of a file.
class GraphView {
 public:
  explicit GraphView(const Graph& graph) : graph_(graph) {}
  std::vector<Term> all(const Term& subject, std::string_view space, std::string_view name) const;
  std::optional<Term> first(const Term& subject, std::string_view space,
                            std::string_view name) const;
  bool is_a(const Term& subject, std::string_view space, std::string_view name) const;
  /// Texts by language, "ko" and "en" only; what has no language is Korean if it has Hangul.
  nlohmann::json texts(const Term& subject, std::string_view space, std::string_view name,
                       std::size_t characters) const;
  /// A literal, the label of a node, or the last part of an IRI.
  std::string label(const Term& term) const;

 private:
  const Graph& graph_;
};

}  // namespace dure::node
