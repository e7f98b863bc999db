// SPDX-License-Identifier: Apache-2.0
#include "storage/index_words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "catalogue/tokenizer.h"
#include "catalogue/vocabulary.h"

namespace dure::node {
namespace {

constexpr std::size_t kPart = 256;

}  // namespace

IndexWords make_index_words(const IndexTexts& texts) {
  std::string titles(texts.title);
  if (texts.title_en != texts.title) titles.append(1, '\n').append(texts.title_en);
  IndexWords words;
  const auto list = [&words](std::string_view text) {
    TokenList made = token_list(text);
    words.text_bytes += made.folded_bytes;
    return std::move(made.tokens);
  };
  words.title = list(titles);
  words.keywords = list(texts.keywords);
  words.summary = list(texts.summary);
  words.body = list(texts.body);
  words.vocabulary = vocabulary_of(std::array{std::string_view(titles), texts.keywords});
  return words;
}

WordsAhead::Part WordsAhead::make_part(std::size_t first) const {
  Part part;
  const std::size_t end = std::min(first + kPart, changes_.size());
  part.reserve(end - first);
  for (std::size_t i = first; i < end; ++i) {
    const CatalogueChange& change = changes_[i];
    const CatalogueItem& item = change.item;
    // What is withdrawn has no words in the index.
    part.push_back(item.withdrawn ? IndexWords()
                                  : make_index_words({item.title, item.title_en, change.keywords,
                                                      item.summary, change.body}));
  }
  return part;
}

const IndexWords& WordsAhead::at(std::size_t i) {
  if (i == first_ + part_.size()) {
    first_ = i;
    part_ = next_.valid() ? next_.get() : make_part(i);
    const std::size_t after = i + part_.size();
    if (after < changes_.size()) {
      next_ = std::async(std::launch::async | std::launch::deferred,
                         [this, after] { return make_part(after); });
    }
  }
  return part_[i - first_];
}

}  // namespace dure::node
