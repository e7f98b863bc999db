// SPDX-License-Identifier: Apache-2.0
#include "importing/graph_view.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "importing/cell.h"
#include "publishing/imported_text.h"
#include "publishing/text_encoding.h"

namespace dure::node {
namespace {

constexpr std::string_view kRdfType = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
constexpr std::string_view kSkos = "http://www.w3.org/2004/02/skos/core#";
constexpr std::string_view kRdfs = "http://www.w3.org/2000/01/rdf-schema#";

}  // namespace

std::string tail_of(std::string_view iri) {
  while (iri.ends_with('/')) iri.remove_suffix(1);
  const auto at = iri.find_last_of("/#");
  return std::string(at == std::string_view::npos ? iri : iri.substr(at + 1));
}

std::vector<Term> GraphView::all(const Term& subject, std::string_view space,
                                 std::string_view name) const {
  auto terms = graph_.objects(subject, std::string(space).append(name));
  std::stable_sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) {
    return std::tie(a.value, a.language) < std::tie(b.value, b.language);
  });
  return terms;
}

std::optional<Term> GraphView::first(const Term& subject, std::string_view space,
                                     std::string_view name) const {
  auto terms = all(subject, space, name);
  return terms.empty() ? std::nullopt : std::optional(std::move(terms.front()));
}

bool GraphView::is_a(const Term& subject, std::string_view space, std::string_view name) const {
  return graph_.has(subject, kRdfType, std::string(space).append(name));
}

nlohmann::json GraphView::texts(const Term& subject, std::string_view space, std::string_view name,
                                std::size_t characters) const {
  auto out = nlohmann::json::object();
  for (const auto& term : all(subject, space, name)) {
    const auto text = characters > kSummary ? clean_cell(term.value) : one_line_of(term.value);
    auto language = term.language.substr(0, 2);
    if (term.language.empty()) language = has_hangul(text) ? "ko" : "en";
    const bool shown = language == "ko" || language == "en";
    if (term.is_literal() && shown && !text.empty() && !out.contains(language))
      out[language] = cut_to(text, characters);
  }
  return out;
}

std::string GraphView::label(const Term& term) const {
  if (term.is_literal()) return one_line_of(term.value);
  for (const auto& [space, name] :
       {std::pair(kFoaf, "name"), std::pair(kSkos, "prefLabel"), std::pair(kRdfs, "label"),
        std::pair(kDct, "title"), std::pair(kVcard, "fn"),
        std::pair(kVcard, "organization-name")}) {
    const auto found = texts(term, space, name, kShort);
    for (const char* language : {"ko", "en"}) {
      if (found.contains(language)) return found[language].get<std::string>();
    }
  }
  return term.kind == Term::Kind::kIri ? tail_of(term.value) : std::string();
}

}  // namespace dure::node
