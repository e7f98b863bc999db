// SPDX-License-Identifier: Apache-2.0
// What the full-text index is given of a document, made beside the thread that writes: splitting
// Korean into tokens takes a good part of the time that taking them in does.
#pragma once

#include <cstdint>
#include <future>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/ports.h"

namespace dure::node {

/// A document's texts as they are kept.
struct IndexTexts {
  std::string_view title, title_en, keywords, summary, body;
};

/// Token lists (catalogue/tokenizer.h) of the index's columns.
struct IndexWords {
  std::string title, keywords, summary, body;
  std::uint64_t text_bytes = 0;  // of the folded texts
  std::vector<std::string> vocabulary;
};
IndexWords make_index_words(const IndexTexts& texts);

/// The words of a batch of changes, made some hundred ahead of where the writer is. Threads: one;
/// `changes` must stay as they are.
class WordsAhead {
 public:
  explicit WordsAhead(std::span<const CatalogueChange> changes) : changes_(changes) {}
  /// Of changes[i]; valid until the next call. `i` counts up from 0, one by one.
  const IndexWords& at(std::size_t i);

 private:
  using Part = std::vector<IndexWords>;
  Part make_part(std::size_t first) const;

  std::span<const CatalogueChange> changes_;
  std::size_t first_ = 0;  // of part_
  Part part_;
  std::future<Part> next_;
};

}  // namespace dure::node
