// SPDX-License-Identifier: Apache-2.0
// Triples with an index by subject, bounded in number and size.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dure/result.h"

namespace dure::node {

inline constexpr std::size_t kMaxTriples = 500'000;
inline constexpr std::size_t kMaxTermBytes = 64 * 1024;

/// A node of a graph.
struct Term {
  enum class Kind { kIri, kBlank, kLiteral };
  Kind kind = Kind::kIri;
  std::string value;     // IRI, label of a blank node, text of a literal
  std::string language;  // of a literal, lower case; may be empty

  bool is_literal() const { return kind == Kind::kLiteral; }
  bool operator==(const Term&) const = default;
};

/// A to Z as a to z: language tags and names of HTML are compared without case.
std::string lower_case(std::string_view written);

/// What is said of each subject, in the order in which it was said.
class Graph {
 public:
  /// Errors: kTooLarge (triples, length of a term).
  Status add(const Term& subject, std::string predicate, Term object);

  std::size_t size() const { return size_; }
  /// Subjects in the order in which they were first named.
  const std::vector<Term>& subjects() const { return subjects_; }
  /// All objects of `predicate`, in order, without repetitions.
  std::vector<Term> objects(const Term& subject, std::string_view predicate) const;
  bool has(const Term& subject, std::string_view predicate, std::string_view iri) const;

 private:
  struct Said {
    std::string predicate;
    Term object;
  };
  static std::string key_of(const Term& subject);
  std::map<std::string, std::vector<Said>, std::less<>> statements_;
  std::vector<Term> subjects_;
  std::size_t size_ = 0;
};

}  // namespace dure::node
