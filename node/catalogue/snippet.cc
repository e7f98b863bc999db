// SPDX-License-Identifier: Apache-2.0
#include "catalogue/snippet.h"

#include <algorithm>

#include "catalogue/tokenizer.h"

namespace dure::node {
namespace {

constexpr std::size_t kLead = 40;            // characters before the first hit
constexpr std::size_t kMaxScanned = 20'000;  // characters of one text

/// A text by characters: what is shown, and what is compared. Both have the same length.
struct Characters {
  std::vector<std::string_view> shown;
  std::vector<std::string> folded;
};

bool is_mark(std::string_view character) {
  return character == kMarkOpen || character == kMarkClose;
}

Characters split(std::string_view text) {
  Characters out;
  while (!text.empty() && out.shown.size() < kMaxScanned) {
    const std::string_view from = text;
    const char32_t c = take_character(text);
    std::string_view character = from.substr(0, from.size() - text.size());
    if (is_mark(character)) continue;
    if (c < 0x20 || c == 0x7F) character = " ";
    out.shown.push_back(character);
    // Only ASCII and what folds alone: good enough to mark, and much cheaper than folding the whole
    // text.
    out.folded.push_back(c >= 0x80 && c < 0xAC00 ? fold_text(character) : std::string(character));
    if (c >= 'A' && c <= 'Z') out.folded.back()[0] = static_cast<char>(c + 32);
    if (c >= 0xFF00) out.folded.back() = fold_text(character);
  }
  return out;
}

std::vector<std::string> split_term(std::string_view term) {
  std::vector<std::string> out;
  while (!term.empty()) {
    const std::string_view from = term;
    take_character(term);
    out.emplace_back(from.substr(0, from.size() - term.size()));
  }
  return out;
}

bool is_word_character(const std::string& folded) {
  std::string_view view = folded;
  return !view.empty() && classify(take_character(view)) == CharacterClass::kWord;
}

/// Marks all places of `term`. A Latin word counts from its beginning only, as it does in the
/// index.
void mark(const Characters& text, const std::vector<std::string>& term, std::vector<bool>& hit) {
  if (term.empty() || term.size() > text.folded.size()) return;
  const bool whole_words = is_word_character(term.front());
  for (std::size_t at = 0; at + term.size() <= text.folded.size(); ++at) {
    if (!std::equal(term.begin(), term.end(),
                    text.folded.begin() + static_cast<std::ptrdiff_t>(at)))
      continue;
    if (whole_words && at > 0 && is_word_character(text.folded[at - 1])) continue;
    std::fill_n(hit.begin() + static_cast<std::ptrdiff_t>(at), term.size(), true);
  }
}

std::string render(const Characters& text, const std::vector<bool>& hit, std::size_t from) {
  const std::size_t to = std::min(text.shown.size(), from + kSnippetCharacters);
  std::string out = from > 0 ? "…" : "";
  bool open = false;
  for (std::size_t at = from; at < to; ++at) {
    if (hit[at] != open) out += hit[at] ? kMarkOpen : kMarkClose;
    open = hit[at];
    out += text.shown[at];
  }
  if (open) out += kMarkClose;
  if (to < text.shown.size()) out += "…";
  return out;
}

}  // namespace

std::string make_snippet(const std::vector<std::string_view>& texts,
                         const std::vector<std::string>& folded_terms) {
  std::vector<std::vector<std::string>> terms;
  terms.reserve(folded_terms.size());
  for (const std::string& term : folded_terms) terms.push_back(split_term(term));
  std::string fallback;
  for (const std::string_view raw : texts) {
    const std::string composed = compose_text(raw);
    const Characters text = split(composed);
    std::vector<bool> hit(text.shown.size(), false);
    for (const auto& term : terms) mark(text, term, hit);
    const auto first = std::find(hit.begin(), hit.end(), true);
    if (first != hit.end()) {
      const auto at = static_cast<std::size_t>(first - hit.begin());
      return render(text, hit,
                    at > kLead && text.shown.size() > kSnippetCharacters ? at - kLead : 0);
    }
    if (fallback.empty() && !text.shown.empty()) fallback = render(text, hit, 0);
  }
  return fallback;
}

}  // namespace dure::node
