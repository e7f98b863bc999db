// SPDX-License-Identifier: Apache-2.0
// The words of titles and keywords in catalogue.db: how many documents have each, and which are
// spelled alike.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/ports.h"
#include "storage/index_words.h"
#include "storage/sqlite.h"

namespace dure::node {

/// Sums up what the documents of one transaction change, so that each word is written once.
class WordChanges {
 public:
  void add(const IndexWords& document) { count(document, 1); }
  void take_away(const IndexWords& document) { count(document, -1); }
  std::size_t words() const { return changes_.size(); }
  void forget() { changes_.clear(); }
  /// Writes what was summed up; a word that no document has any more leaves no trace. Errors:
  /// kStorage.
  Status write(Connection& connection);

 private:
  void count(const IndexWords& document, std::int64_t by);

  std::map<std::string, std::int64_t, std::less<>> changes_;  // in the order of the table
};

/// As CatalogueStore::documents_with. Errors: kStorage.
Result<std::uint64_t> documents_with_word(Connection& connection, std::string_view word);
/// As CatalogueStore::spelled_like. Errors: kStorage.
Result<std::vector<KnownWord>> words_spelled_like(Connection& connection, std::string_view word);

}  // namespace dure::node
