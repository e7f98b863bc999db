// SPDX-License-Identifier: Apache-2.0
// The opaque text that carries a search from one page to the next: where the page ended, and the
// statistics its scores were made with, so that entries which arrive meanwhile neither move nor
// repeat what was shown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dure/result.h"

namespace dure::node {

struct SearchCursor {
  std::uint64_t epoch = 0;      // of the catalogue file
  std::uint64_t as_of = 0;      // the last document of the first page's time
  std::uint64_t documents = 0;  // statistics of that time
  std::uint64_t total_length = 0;
  std::vector<std::uint64_t> word_documents;  // per word of the query
  double floor = 0;                           // what the words of a hit must weigh together
  // The last hit.
  double score = 0;
  std::uint32_t modified = 0;
  std::uint64_t id_order = 0;
  std::string origin;
  friend bool operator==(const SearchCursor&, const SearchCursor&) = default;
};

/// `query` is any text that tells one query from another; a cursor fits only the query it was made
/// for.
std::string format_cursor(const SearchCursor& cursor, std::string_view query);
/// Errors: kInvalid (changed, of another query, or not a cursor).
Result<SearchCursor> parse_cursor(std::string_view text, std::string_view query);

}  // namespace dure::node
