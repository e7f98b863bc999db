// SPDX-License-Identifier: Apache-2.0
#include "rdf/graph.h"

#include <algorithm>

namespace dure::node {
namespace {

Error too_large(std::string text, std::string most) {
  return {ErrorCode::kTooLarge, text, std::move(text), {{"most", std::move(most)}}};
}

}  // namespace

std::string lower_case(std::string_view written) {
  std::string tag(written);
  for (auto& c : tag) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return tag;
}

std::string Graph::key_of(const Term& subject) {
  return (subject.kind == Term::Kind::kBlank ? "_:" : "<") + subject.value;
}

Status Graph::add(const Term& subject, std::string predicate, Term object) {
  if (size_ == kMaxTriples) return too_large("schema.rdf.triples", std::to_string(kMaxTriples));
  if (std::max({subject.value.size(), predicate.size(), object.value.size()}) > kMaxTermBytes)
    return too_large("schema.rdf.term", "64");
  auto [found, is_new] = statements_.try_emplace(key_of(subject));
  if (is_new) subjects_.push_back(subject);
  found->second.push_back({std::move(predicate), std::move(object)});
  ++size_;
  return ok();
}

std::vector<Term> Graph::objects(const Term& subject, std::string_view predicate) const {
  std::vector<Term> out;
  const auto found = statements_.find(key_of(subject));
  if (subject.is_literal() || found == statements_.end()) return out;
  for (const auto& statement : found->second) {
    if (statement.predicate != predicate) continue;
    if (std::find(out.begin(), out.end(), statement.object) == out.end())
      out.push_back(statement.object);
  }
  return out;
}

bool Graph::has(const Term& subject, std::string_view predicate, std::string_view iri) const {
  const auto all = objects(subject, predicate);
  return std::any_of(all.begin(), all.end(), [&](const Term& term) {
    return term.kind == Term::Kind::kIri && term.value == iri;
  });
}

}  // namespace dure::node
