// SPDX-License-Identifier: Apache-2.0
// One dataset or service of a DCAT catalogue as the body of a `dataset` entry. Internal to
// importing/.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "importing/dcat.h"

namespace dure::node {

/// Vocabularies, each with its final sign.
inline constexpr std::string_view kDct = "http://purl.org/dc/terms/";
inline constexpr std::string_view kDcat = "http://www.w3.org/ns/dcat#";
inline constexpr std::string_view kFoaf = "http://xmlns.com/foaf/0.1/";
inline constexpr std::string_view kVcard = "http://www.w3.org/2006/vcard/ns#";

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

/// The name of who publishes `subject`; empty if it says nobody.
std::string dcat_publisher(const GraphView& view, const Term& subject);

/// The body without `licence`, `regions` and `identifiers`; what the graph does not say is missing.
nlohmann::json dcat_body(const GraphView& view, const Term& subject);

/// How `subject` says that it may be used: addresses and names, its own before those of its
/// distributions.
std::vector<std::string> dcat_licences(const GraphView& view, const Term& subject);

}  // namespace dure::node
