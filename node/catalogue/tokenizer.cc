// SPDX-License-Identifier: Apache-2.0
#include "catalogue/tokenizer.h"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <memory>

namespace dure::node {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool in(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

bool is_full_width(char32_t c) { return in(c, 0xFF01, 0xFF5E); }

/// Characters that neither fold nor compose with a neighbour that is one of them too.
bool is_plain(char32_t c) {
  return in(c, 0xAC00, 0xD7A3) || in(c, 0x4E00, 0x9FFF) || in(c, 0x2010, 0x2027) ||
         in(c, 0x3001, 0x3020) || in(c, 0x3131, 0x318E) || in(c, 0x2460, 0x24B5) || c == 0xB7 ||
         c == 0xA0;
}

void append_character(std::string& out, char32_t c) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

char32_t half_width(char32_t c) {
  if (is_full_width(c)) return c - 0xFEE0;
  return c == 0x3000 ? U' ' : c;
}

char32_t ascii_lower(char32_t c) { return in(c, 'A', 'Z') ? c + 32 : c; }

/// Half-width and valid UTF-8, `bad` in place of what is not. Returns whether only plain characters
/// occur.
bool repair(std::string_view text, char32_t bad, bool fold_width, std::string& out) {
  bool plain = true;
  out.reserve(text.size());
  while (!text.empty()) {
    const char* before = text.data();
    const char32_t c = take_character(text);
    const auto size = static_cast<std::size_t>(text.data() - before);
    const bool invalid = c == kReplacement && size != 3;
    const char32_t repaired = invalid ? bad : fold_width ? half_width(c) : c;
    plain = plain && (repaired < 0x80 || is_plain(repaired));
    if (repaired == c && !invalid) {
      out.append(before, size);
    } else {
      append_character(out, repaired);
    }
  }
  return plain;
}

struct Free {
  void operator()(utf8proc_uint8_t* p) const {
    std::free(p);
  }  // NOLINT(cppcoreguidelines-no-malloc)
};

std::string normalise(const std::string& text, int options) {
  utf8proc_uint8_t* raw = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &raw,
                                 static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, Free> owned(raw);
  // The input is valid, so only memory can be missing; the text as it stands is the best answer
  // then.
  if (size < 0) return text;
  return {reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size)};
}

/// One maximal run of characters of the same class.
struct Run {
  CharacterClass kind;
  std::string_view text;
};

Run take_run(std::string_view& rest) {
  const std::string_view from = rest;
  const CharacterClass kind = classify(take_character(rest));
  while (!rest.empty()) {
    std::string_view ahead = rest;
    if (classify(take_character(ahead)) != kind) break;
    rest = ahead;
  }
  return {kind, from.substr(0, from.size() - rest.size())};
}

/// Gives out the tokens of one text with their places.
class Emitter {
 public:
  Emitter(std::string_view whole, const TokenSink& sink) : whole_(whole), sink_(sink) {}

  bool word(std::string_view run) const {
    std::size_t size = std::min(run.size(), kMaxWordBytes);
    while (size < run.size() && (static_cast<unsigned char>(run[size]) & 0xC0) == 0x80) --size;
    return sink_(run.substr(0, size), begin(run), begin(run) + run.size());
  }

  /// Bigrams of `run`, the first one marked if `starts`; then the last character if `with_last` or
  /// it is the only one.
  bool ideographic(std::string_view run, bool starts, bool with_last) const {
    bool marked = starts;
    std::string_view rest = run;
    std::string_view here = rest;
    take_character(rest);
    while (!rest.empty()) {
      std::string_view next = rest;
      take_character(rest);
      const std::size_t size = here.size() - rest.size();
      if (!give(here.substr(0, size), marked)) return false;
      marked = false;
      here = next;
    }
    const bool only = here.size() == run.size();
    return !(with_last || only) || give(here, marked);
  }

 private:
  std::size_t begin(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - whole_.data());
  }

  bool give(std::string_view token, bool marked) const {
    if (!marked) return sink_(token, begin(token), begin(token) + token.size());
    std::array<char, 16> buffer{};
    buffer[0] = kWordStart;
    token.copy(buffer.data() + 1, token.size());
    return sink_({buffer.data(), token.size() + 1}, begin(token), begin(token) + token.size());
  }

  std::string_view whole_;
  const TokenSink& sink_;
};

}  // namespace

char32_t take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) {
    text.remove_prefix(1);
    return first;
  }
  // Nearly everything in Korean text is one of U+1000 to U+D7FF: three bytes, nothing to be wary of
  // but their form.
  if (first >= 0xE1 && first <= 0xED && text.size() >= 3) {
    const auto second = static_cast<unsigned char>(text[1]);
    const auto third = static_cast<unsigned char>(text[2]);
    const bool surrogate = first == 0xED && second >= 0xA0;
    if ((second & 0xC0U) == 0x80U && (third & 0xC0U) == 0x80U && !surrogate) {
      text.remove_prefix(3);
      return ((first & 0x0FU) << 12U) | ((second & 0x3FU) << 6U) | (third & 0x3FU);
    }
  }
  utf8proc_int32_t c = -1;
  const auto size =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size(), 4)), &c);
  if (size <= 0 || c < 0) {
    text.remove_prefix(1);
    return kReplacement;
  }
  text.remove_prefix(static_cast<std::size_t>(size));
  return static_cast<char32_t>(c);
}

CharacterClass classify(char32_t c) {
  if (c < 0x80) {
    const bool letter = in(c, 'a', 'z') || in(c, 'A', 'Z') || in(c, '0', '9');
    return letter ? CharacterClass::kWord : CharacterClass::kSeparator;
  }
  if (in(c, 0xAC00, 0xD7A3) || in(c, 0x1100, 0x11FF) || in(c, 0x3131, 0x318E))
    return CharacterClass::kIdeographic;
  if (in(c, 0x4E00, 0x9FFF) || in(c, 0x3400, 0x4DBF) || in(c, 0xF900, 0xFAFF) ||
      in(c, 0x20000, 0x2FA1F)) {
    return CharacterClass::kIdeographic;
  }
  if (in(c, 0x3041, 0x30FF) && c != 0x30FB) return CharacterClass::kIdeographic;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  const bool letter_or_mark = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
  return letter_or_mark ? CharacterClass::kWord : CharacterClass::kSeparator;
}

std::string fold_text(std::string_view text) {
  std::string out;
  const bool plain = repair(text, U' ', /*fold_width=*/true, out);
  if (!plain) return normalise(out, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
  for (char& c : out)
    c = static_cast<unsigned char>(c) < 0x80
            ? static_cast<char>(ascii_lower(static_cast<unsigned char>(c)))
            : c;
  return out;
}

TokenList token_list(std::string_view text) {
  const std::string folded = fold_text(text);
  TokenList list{{}, folded.size()};
  list.tokens.reserve(folded.size() * 5 / 2);
  tokenize(folded, TokenizeMode::kDocument, [&](std::string_view token, std::size_t, std::size_t) {
    list.tokens.append(token).push_back(kTokenEnd);
    return true;
  });
  return list;
}

std::string compose_text(std::string_view text) {
  std::string out;
  const bool plain = repair(text, kReplacement, /*fold_width=*/false, out);
  return plain ? out : normalise(out, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

bool tokenize(std::string_view folded_text, TokenizeMode mode, const TokenSink& sink) {
  const bool query = mode == TokenizeMode::kQuery;
  bool starts = true;
  std::string_view rest = folded_text;
  if (query) {
    starts = !rest.empty() && rest.front() == kWordStart;
    if (starts) rest.remove_prefix(1);
  }
  const Emitter emit(folded_text, sink);
  while (!rest.empty()) {
    const Run run = take_run(rest);
    if (run.kind == CharacterClass::kSeparator) continue;
    const bool last_run = rest.empty();
    const bool go_on = run.kind == CharacterClass::kWord
                           ? emit.word(run.text)
                           : emit.ideographic(run.text, starts, /*with_last=*/!query || !last_run);
    if (!go_on) return false;
    starts = true;
  }
  return true;
}

}  // namespace dure::node
