// SPDX-License-Identifier: Apache-2.0
#include "inbox/question.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

namespace dure::node {
namespace {

constexpr std::size_t kNonceBytes = 16, kExpiryBytes = 8, kMacBytes = 32, kReceiptBytes = 16;

// What people type. These are read, never shown.
constexpr std::array<std::array<std::string_view, 3>, 21> kWords = {{
    {"영", "공", "zero"},
    {"하나", "일", "one"},
    {"둘", "이", "two"},
    {"셋", "삼", "three"},
    {"넷", "사", "four"},
    {"다섯", "오", "five"},
    {"여섯", "육", "six"},
    {"일곱", "칠", "seven"},
    {"여덟", "팔", "eight"},
    {"아홉", "구", "nine"},
    {"열", "십", "ten"},
    {"열하나", "십일", "eleven"},
    {"열둘", "십이", "twelve"},
    {"열셋", "십삼", "thirteen"},
    {"열넷", "십사", "fourteen"},
    {"열다섯", "십오", "fifteen"},
    {"열여섯", "십육", "sixteen"},
    {"열일곱", "십칠", "seventeen"},
    {"열여덟", "십팔", "eighteen"},
    {"열아홉", "십구", "nineteen"},
    {"스물", "이십", "twenty"},
}};

// Without spaces, in lower case, with ASCII digits.
std::string plain(std::string_view typed) {
  std::string out;
  for (std::size_t i = 0; i < typed.size(); ++i) {
    const auto byte = static_cast<unsigned char>(typed[i]);
    const bool wide = typed.substr(i).starts_with("\xEF\xBC") && i + 2 < typed.size();
    const auto last = wide ? static_cast<unsigned char>(typed[i + 2]) : 0U;
    if (wide && last >= 0x90 && last <= 0x99) {  // U+FF10 to U+FF19
      out += static_cast<char>(last - 0x90 + '0');
      i += 2;
    } else if (byte >= 'A' && byte <= 'Z') {
      out += static_cast<char>(byte + ('a' - 'A'));
    } else if (byte > ' ' && byte != '.') {
      out += typed[i];
    }
  }
  return out;
}

}  // namespace

unsigned WordQuestion::answer() const {
  switch (kind) {
    case Kind::kSum:
      return first + second;
    case Kind::kDifference:
      return first - second;
    case Kind::kLarger:
      return std::max(first, second);
    case Kind::kAfter:
      return first + 1;
  }
  return 0;
}

std::optional<unsigned> number_said(std::string_view typed) {
  const std::string said = plain(typed);
  if (const auto number = parse_decimal(said); number && *number <= 99)
    return static_cast<unsigned>(*number);
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (std::find(kWords[i].begin(), kWords[i].end(), said) != kWords[i].end())
      return static_cast<unsigned>(i);
  }
  return std::nullopt;
}

QuestionBook::QuestionBook(Random random, std::function<std::int64_t()> now)
    : random_(std::move(random)), now_(std::move(now)) {
  random_(key_);
}

QuestionBook::~QuestionBook() { sodium_memzero(key_.data(), key_.size()); }

Hash QuestionBook::keyed(std::string_view purpose, std::string_view bytes) const {
  const std::string input = std::string(purpose) + "\n" + std::string(bytes);
  Hash mac{};
  crypto_auth_hmacsha256(mac.data(), reinterpret_cast<const unsigned char*>(input.data()),
                         input.size(), key_.data());
  return mac;
}

AskedQuestion QuestionBook::asked(const std::string& nonce, std::uint64_t expires) const {
  Bytes token = nonce;
  append_u64be(token, expires);
  token += as_view(keyed("token", token));
  const Hash drawn = keyed("question", nonce);
  WordQuestion question;
  question.kind = static_cast<WordQuestion::Kind>(drawn[0] % 4);
  const unsigned small = 1 + drawn[1] % 9, other = 1 + drawn[2] % 9;  // 1 to 9
  question.first = question.kind == WordQuestion::Kind::kDifference ? small + other : small;
  question.second = other;
  if (question.kind == WordQuestion::Kind::kLarger) question.first = other + 1 + drawn[1] % 9;
  if (question.kind == WordQuestion::Kind::kLarger && drawn[3] % 2 == 0)
    std::swap(question.first, question.second);
  if (question.kind == WordQuestion::Kind::kAfter) question.first = 1 + drawn[1] % 18;
  const Hash receipt = keyed("receipt", nonce);
  return {question, base32_encode(token), base32_encode(as_view(receipt).substr(0, kReceiptBytes))};
}

AskedQuestion QuestionBook::ask() const {
  std::array<std::uint8_t, kNonceBytes> nonce{};
  random_(nonce);
  return asked({reinterpret_cast<const char*>(nonce.data()), nonce.size()},
               static_cast<std::uint64_t>(now_() + kQuestionSeconds));
}

Result<AskedQuestion> QuestionBook::recall(std::string_view token) const {
  const Error unknown{ErrorCode::kMalformed, "not a token of this process"};
  const auto bytes = base32_decode(token);
  if (!bytes || bytes->size() != kNonceBytes + kExpiryBytes + kMacBytes) return unknown;
  const std::string_view signed_part =
      std::string_view(*bytes).substr(0, kNonceBytes + kExpiryBytes);
  const Hash mac = keyed("token", signed_part);
  const auto* given = bytes->data() + signed_part.size();
  if (sodium_memcmp(mac.data(), given, kMacBytes) != 0) return unknown;
  std::string_view rest = signed_part.substr(kNonceBytes);
  const auto expires = take_u64be(rest);
  if (!expires) return unknown;
  if (static_cast<std::int64_t>(*expires) < now_())
    return Error{ErrorCode::kGone, "this question was asked too long ago"};
  return asked(std::string(signed_part.substr(0, kNonceBytes)), *expires);
}

}  // namespace dure::node
