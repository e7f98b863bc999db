// SPDX-License-Identifier: Apache-2.0
// Korean-looking catalogue entries of about a kilobyte from a fixed seed, as a log in memory. Word
// frequencies fall like in real text. The bodies come round again after kBodies entries, the ids
// never: so a million entries need no more memory than twenty thousand.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "catalogue/projection.h"
#include "catalogue/query.h"
#include "dure/encoding.h"
#include "dure/entry.h"
#include "replication/ports.h"

namespace dure::node {

class SearchTexts {
 public:
  SearchTexts() {
    static const char* const kSyllables[] = {
        "교", "통", "주", "차", "노", "인", "돌", "봄", "안", "전", "도", "시", "환", "경", "민",
        "원", "복", "지", "청", "년", "장", "애", "어", "린", "이", "학", "생", "건", "강", "문",
        "화", "관", "광", "재", "난", "수", "질", "에", "너", "지", "일", "자", "리", "창", "업",
        "농", "촌", "산", "림", "소", "상", "공", "버", "스", "택", "전", "기", "가", "로", "등"};
    for (int i = 0; i < 6000; ++i) {
      std::string word;
      const int count = 2 + static_cast<int>(random_() % 3);
      for (int k = 0; k < count; ++k) word += kSyllables[random_() % std::size(kSyllables)];
      words_.push_back(word);
    }
  }
  const std::string& word() {
    // Zipf-like: most draws fall on the first few hundred words.
    const double u = static_cast<double>(random_() >> 11U) * 0x1.0p-53;
    return words_[static_cast<std::size_t>(static_cast<double>(words_.size()) * u * u * u)];
  }
  std::string sentence(std::size_t count) {
    static const char* const kEndings[] = {"", "", "을", "의", "에서", "와", "은"};
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
      out += word() + kEndings[random_() % std::size(kEndings)] + ' ';
    return out;
  }
  std::uint64_t number() { return random_(); }

 private:
  std::mt19937_64 random_{20261122};  // NOLINT(cert-msc51-cpp): the same texts in every run
  std::vector<std::string> words_;
};

/// One log of `count` entries.
class CorpusLog final : public LogReader {
 public:
  static constexpr std::size_t kBodies = 20'000;
  static constexpr const char* kOrigin = "town.example/dure/1";

  explicit CorpusLog(std::uint64_t count) : count_(count) {
    for (std::size_t i = 0; i < std::min<std::uint64_t>(kBodies, count); ++i)
      bodies_.push_back(make_body(i));
  }
  SearchTexts& texts() { return texts_; }
  /// Told where each reading begins, by the thread that reads; may be empty.
  std::function<void(std::uint64_t first)> on_scan;
  std::size_t bodies() const { return bodies_.size(); }
  static std::string id(std::uint64_t index) {
    Bytes number;
    append_u64be(number, index);
    return base32_encode(as_view(sha256({number})).substr(0, 16));
  }

  /// What the projection makes of entry `index`.
  CatalogueChange change(std::uint64_t index) const {
    return project(kOrigin, index, leaf(index), BodyView{salt(), bodies_[index % bodies_.size()]})
        .change;
  }

  Result<std::vector<KnownLog>> logs() override {
    return std::vector<KnownLog>{{1, kOrigin, true}};
  }
  Result<KnownLog> log_by_origin(std::string_view /*origin*/) override {
    return KnownLog{1, kOrigin, true};
  }
  Result<std::string> head(LogId /*log*/) override { return none(); }
  Result<std::uint64_t> stored(LogId /*log*/) override { return count_.load(); }
  Result<Bytes> tile(LogId, const TilePath&, std::size_t, std::size_t) override { return none(); }
  Result<MirroredEntry> entry(LogId /*log*/, std::uint64_t index) override {
    Salt salt{};
    return MirroredEntry{leaf(index), salt, bodies_[index % bodies_.size()]};
  }
  Status scan(LogId /*log*/, std::uint64_t first, std::uint64_t count,
              const std::function<bool(std::uint64_t, std::string_view, std::optional<BodyView>)>&
                  each) override {
    if (on_scan) on_scan(first);
    for (std::uint64_t i = first; i < std::min(first + count, count_.load()); ++i) {
      if (!each(i, leaf(i), BodyView{salt(), bodies_[i % bodies_.size()]})) return ok();
    }
    return ok();
  }
  Result<Hash> node(LogId, unsigned, std::uint64_t) override { return none(); }

 private:
  static Error none() { return {ErrorCode::kNotFound, "the corpus has entries only"}; }
  static std::string_view salt() {
    static constexpr std::array<char, 32> kSalt{};
    return {kSalt.data(), kSalt.size()};
  }
  static std::string leaf(std::uint64_t index) {
    Bytes number;
    append_u64be(number, index);
    const Hash hash = sha256({number});
    Leaf leaf;
    leaf.type = index % 10 == 0 ? "practice" : "service";
    leaf.id = id(index);
    leaf.rev = 1;
    leaf.commitment = hash;
    leaf.size = 2048;
    leaf.time = "2026-11-22T09:00:00Z";
    return format_leaf(leaf);
  }
  std::string make_body(std::size_t i) {
    static const char* const kRegions[] = {"4111000000", "4113000000", "1111000000", "2611000000",
                                           "5111000000"};
    return R"({"title":{"ko":")" + texts_.sentence(4) + R"("},"summary":{"ko":")" +
           texts_.sentence(15) + R"("},"regions":[{"scheme":"bjd","code":")" + kRegions[i % 5] +
           R"(","asOf":"2024-01-01"}],"fields":["2"],"keywords":[")" + texts_.sentence(2) +
           R"(",")" + texts_.sentence(2) + R"("],"modified":"2024-0)" +
           std::to_string(1 + texts_.number() % 9) + "-1" + std::to_string(texts_.number() % 10) +
           R"(","eligibility":{"ko":")" + texts_.sentence(30) + R"("},"benefit":{"ko":")" +
           texts_.sentence(30) +
           R"("},"contact":{"phone":"031-228-2114","page":"https://town.example/s"}})";
  }

  SearchTexts texts_;
  std::vector<std::string> bodies_;
  std::atomic<std::uint64_t> count_;
};

}  // namespace dure::node
