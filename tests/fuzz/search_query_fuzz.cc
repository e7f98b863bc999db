// SPDX-License-Identifier: Apache-2.0
// Property: whatever is typed becomes a bounded expression in which nothing stands outside quotes
// that was typed.
#include <algorithm>
#include <string>

#include "catalogue/query.h"
#include "dure/encoding.h"
#include "fuzz.h"

namespace {

/// What is left of an expression without its quoted parts; they hold no quotes themselves.
std::string outside_quotes(const std::string& match) {
  std::string out;
  bool quoted = false;
  for (const char c : match) {
    if (c == '"')
      quoted = !quoted;
    else if (!quoted)
      out += c;
  }
  require(!quoted);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The first byte decides which words are known, so that compounds are taken apart too.
  dure::node::QueryOptions options;
  if (size > 0 && data[0] % 2 == 0) options.known = [](std::string_view) { return true; };
  const auto parsed = dure::node::parse_query(fuzz_input(data, size),
                                              dure::node::SynonymTable::built_in(), options);
  if (!parsed) {
    require(size > dure::node::kMaxQueryBytes);
    return 0;
  }
  for (const auto& expression : {parsed->strict, parsed->relaxed}) {
    const auto quotes = std::count(expression.match.begin(), expression.match.end(), '"');
    require(static_cast<std::size_t>(quotes) == 2 * expression.phrases.size());
    require(expression.words.size() <= dure::node::kMaxQueryWords);
    require(parsed->words.size() == parsed->strict.words.size());
    require(dure::is_utf8(expression.match));
    for (const char c : outside_quotes(expression.match))
      require(std::string_view("ORANDE(), 0123456789*^").find(c) != std::string_view::npos);
  }
  return 0;
}
