// SPDX-License-Identifier: Apache-2.0
// Bodies of service entries that the schema accepts, about a kilobyte of Korean each: the same for
// the same seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace dure::node {

/// Words are drawn as unevenly as in real text, so that compression and the full-text index see
/// what they will see.
class SampleBodies {
 public:
  explicit SampleBodies(std::uint64_t seed) : random_(seed) {
    static const char* const kSyllables[] = {
        "교", "통", "주", "차", "노", "인", "돌", "봄", "안", "전", "도", "시", "환", "경", "민",
        "원", "복", "지", "청", "년", "장", "애", "어", "린", "이", "학", "생", "건", "강", "문",
        "화", "관", "광", "재", "난", "수", "질", "에", "너", "일", "자", "리", "창", "업", "농",
        "촌", "산", "림", "소", "상", "공", "버", "스", "택", "기", "가", "로"};
    for (std::size_t i = 0; i < kWords; ++i) {
      std::string word;
      for (std::size_t left = 2 + number() % 3; left > 0; --left) word += pick(kSyllables);
      words_.push_back(std::move(word));
    }
  }

  std::string next() {
    static const char* const kRegions[] = {"4111000000", "4113000000", "1111000000", "2611000000",
                                           "5111000000"};
    const std::string day = std::to_string(10 + number() % 19);
    return R"({"title":{"ko":")" + text(4) + R"("},"summary":{"ko":")" + text(14) +
           R"("},"description":{"ko":")" + text(26) + R"("},"department":{"ko":")" + text(2) +
           R"("},"contact":{"phone":"031-)" + std::to_string(200 + number() % 700) + "-" +
           std::to_string(1000 + number() % 9000) + R"("},"keywords":[")" + text(1) + R"(",")" +
           text(1) + R"("],"regions":[{"scheme":"bjd","code":")" + pick(kRegions) +
           R"(","asOf":"2024-01-01"}],"status":{"code":"running"},"modified":"2026-0)" +
           std::to_string(1 + number() % 9) + "-" + day +
           R"(","licence":"kogl-1","benefits":{"ko":")" + text(16) + R"("}})";
  }

 private:
  static constexpr std::size_t kWords = 6000;

  std::uint64_t number() { return random_(); }
  template <class List>
  const char* pick(const List& list) {
    return list[number() % std::size(list)];
  }
  std::string text(std::size_t words) {
    static const char* const kEndings[] = {"", "", "을", "의", "에서", "와", "은"};
    std::string out;
    for (std::size_t i = 0; i < words; ++i) {
      const double share = static_cast<double>(number() >> 11U) * 0x1.0p-53;
      if (i > 0) out += ' ';
      out += words_[static_cast<std::size_t>(share * share * share * kWords)];
      out += pick(kEndings);
    }
    return out;
  }

  std::mt19937_64 random_;  // NOLINT(cert-msc51-cpp): the same bodies in every run
  std::vector<std::string> words_;
};

}  // namespace dure::node
