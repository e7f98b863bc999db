// SPDX-License-Identifier: Apache-2.0
// The question that stands in for a captcha: asked in words, answered with a number. What the node
// must know again travels in a token, so that nothing is stored and no cookie is set.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "dure/encoding.h"
#include "dure/result.h"

namespace dure::node {

/// The page puts it into words.
struct WordQuestion {
  enum class Kind { kSum, kDifference, kLarger, kAfter };
  Kind kind = Kind::kSum;
  unsigned first = 0, second = 0;  // 1 to kMostNumber; kAfter has no second
  unsigned answer() const;
};

inline constexpr unsigned kMostNumber = 20;  // in questions and answers

/// The number that somebody typed: digits, also full-width ones, or a word in Korean (either way of
/// counting) or English. Nothing if it is none from 0 to 99.
std::optional<unsigned> number_said(std::string_view typed);

/// A question that was asked, found again by its token.
struct AskedQuestion {
  WordQuestion question;
  std::string token;
  std::string receipt;  // 26 characters that nobody can guess; always the same for one token
};

/// Asks, and knows its own questions again until they expire. Threads: any. Tokens die with the
/// process: the key is drawn when it starts and never leaves memory.
class QuestionBook {
 public:
  using Random = std::function<void(std::span<std::uint8_t>)>;
  QuestionBook(Random random, std::function<std::int64_t()> now);
  ~QuestionBook();
  QuestionBook(const QuestionBook&) = delete;
  QuestionBook& operator=(const QuestionBook&) = delete;

  AskedQuestion ask() const;
  /// Errors: kMalformed (not a token of this process), kGone (asked too long ago).
  Result<AskedQuestion> recall(std::string_view token) const;

 private:
  Hash keyed(std::string_view purpose, std::string_view bytes) const;
  AskedQuestion asked(const std::string& nonce, std::uint64_t expires) const;

  const Random random_;
  const std::function<std::int64_t()> now_;
  std::array<std::uint8_t, 32> key_{};
};

inline constexpr std::int64_t kQuestionSeconds = 2 * 60 * 60;  // time to write in peace

}  // namespace dure::node
