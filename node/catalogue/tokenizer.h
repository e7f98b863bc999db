// SPDX-License-Identifier: Apache-2.0
// How text becomes search tokens. Pure functions; storage glues them to FTS5.
//
// A Hangul, Han or Kana run gives overlapping bigrams and its last character; Latin letters and
// digits give whole words; a change of script ends a token. The first token of a run carries
// kWordStart, so that a query can tell a word's beginning from its inside: 교통을 -> ^교통 통을 을.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace dure::node {

/// First byte of a token that opens a Hangul, Han or Kana run. Never part of a text: it is a
/// separator there.
inline constexpr char kWordStart = '\x01';
/// Longest Latin or digit word that is kept; the rest of a longer one is dropped.
inline constexpr std::size_t kMaxWordBytes = 128;

enum class TokenizeMode {
  kDocument,
  // The text is one phrase. Its first run matches inside a word too unless the text begins with
  // kWordStart, and the last character of the last run is not a token of its own.
  kQuery,
};

/// NFC with case folding and full-width ASCII folded to half-width. Bad UTF-8 becomes spaces.
std::string fold_text(std::string_view text);
/// NFC only, for display; bad UTF-8 becomes U+FFFD.
std::string compose_text(std::string_view text);

/// Receives each token with the bytes of `text` it came from; returns false to stop.
using TokenSink = std::function<bool(std::string_view token, std::size_t begin, std::size_t end)>;

/// Splits folded text. Shape: tokens come in order of position. Returns false if the sink stopped
/// it.
bool tokenize(std::string_view folded_text, TokenizeMode mode, const TokenSink& sink);

/// Ends a token in a token_list(). Never part of a token: it is a separator in texts.
inline constexpr char kTokenEnd = '\x1F';
/// The tokens of a document's text, folded first, each ended by kTokenEnd: what another thread can
/// make while the index takes in the text before.
struct TokenList {
  std::string tokens;
  std::size_t folded_bytes = 0;  // of the text they came from
};
TokenList token_list(std::string_view text);

enum class CharacterClass { kSeparator, kWord, kIdeographic };
CharacterClass classify(char32_t character);
/// Reads one character from the front of `text` and drops it; a bad byte gives U+FFFD. `text` must
/// not be empty.
char32_t take_character(std::string_view& text);

}  // namespace dure::node
