// SPDX-License-Identifier: Apache-2.0
// The library against the definitions of RFC 6962 §2.1, written down as they stand there.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>

#include "dure/merkle.h"
#include "fixtures.h"

namespace dure {
namespace {

using testing::outcome;
using Range = std::pair<std::uint64_t, std::uint64_t>;
using Mth = std::function<Hash(std::uint64_t, std::uint64_t)>;

std::uint64_t split_of(std::uint64_t n) {
  std::uint64_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/// RFC 6962 §2.1 over some leaves, remembering what it computed.
Mth reference_tree(const std::vector<Hash>& leaves) {
  auto known = std::make_shared<std::map<Range, Hash>>();
  return [known, &leaves](std::uint64_t begin, std::uint64_t end) {
    const std::function<Hash(std::uint64_t, std::uint64_t)> mth = [&](std::uint64_t b,
                                                                      std::uint64_t e) {
      if (e - b == 1) return leaves[b];
      if (const auto found = known->find({b, e}); found != known->end()) return found->second;
      const std::uint64_t k = split_of(e - b);
      const Hash left = mth(b, b + k);
      const Hash right = mth(b + k, e);
      return (*known)[{b, e}] = sha256({"\x01", as_view(left), as_view(right)});
    };
    return begin == end ? sha256({}) : mth(begin, end);
  };
}

/// RFC 6962 §2.1.1: PATH(m, D[begin:end]).
std::vector<Hash> reference_path(std::uint64_t m, std::uint64_t begin, std::uint64_t end,
                                 const Mth& mth) {
  if (end - begin == 1) return {};
  const std::uint64_t k = split_of(end - begin);
  const bool left = m < k;
  auto path =
      left ? reference_path(m, begin, begin + k, mth) : reference_path(m - k, begin + k, end, mth);
  path.push_back(left ? mth(begin + k, end) : mth(begin, begin + k));
  return path;
}

/// RFC 6962 §2.1.2: SUBPROOF(m, D[begin:end], b).
std::vector<Hash> reference_subproof(std::uint64_t m, std::uint64_t begin, std::uint64_t end,
                                     bool b, const Mth& mth) {
  if (m == end - begin) return b ? std::vector<Hash>{} : std::vector<Hash>{mth(begin, end)};
  const std::uint64_t k = split_of(end - begin);
  const bool left = m <= k;
  auto proof = left ? reference_subproof(m, begin, begin + k, b, mth)
                    : reference_subproof(m - k, begin + k, end, false, mth);
  proof.push_back(left ? mth(begin + k, end) : mth(begin, begin + k));
  return proof;
}

NodeReader reader_of(const Mth& mth) {
  return [&mth](unsigned level, std::uint64_t index) -> Result<Hash> {
    return mth(index << level, (index + 1) << level);
  };
}

void compare_inclusion(std::uint64_t m, std::uint64_t n, const Mth& mth) {
  const auto path = prove_inclusion(m, n, reader_of(mth));
  ASSERT_TRUE(path);
  ASSERT_EQ(*path, reference_path(m, 0, n, mth)) << m << " in " << n;
  ASSERT_EQ(outcome(verify_inclusion(m, n, mth(m, m + 1), *path, mth(0, n))), "ok")
      << m << " in " << n;
}

void compare_consistency(std::uint64_t m, std::uint64_t n, const Mth& mth) {
  const auto proof = prove_consistency(m, n, reader_of(mth));
  ASSERT_TRUE(proof);
  const auto expected = m == 0 ? std::vector<Hash>{} : reference_subproof(m, 0, n, true, mth);
  ASSERT_EQ(*proof, expected) << m << " to " << n;
  ASSERT_EQ(outcome(verify_consistency(m, n, mth(0, m), mth(0, n), *proof)), "ok")
      << m << " to " << n;
}

TEST(MerkleDifferentialTest, RootsAgreeForEverySizeTo300) {
  const auto leaves = testing::numbered_leaf_hashes(300);
  const Mth mth = reference_tree(leaves);
  for (std::size_t n = 0; n <= 300; ++n)
    ASSERT_EQ(tree_root(std::span(leaves).first(n)), mth(0, n)) << n;
}

TEST(MerkleDifferentialTest, InclusionAgreesForEveryIndexAndSizeTo300) {
  const auto leaves = testing::numbered_leaf_hashes(300);
  const Mth mth = reference_tree(leaves);
  for (std::uint64_t n = 1; n <= 300; ++n) {
    for (std::uint64_t m = 0; m < n; ++m) compare_inclusion(m, n, mth);
  }
}

TEST(MerkleDifferentialTest, ConsistencyAgreesForEveryPairOfSizesTo300) {
  const auto leaves = testing::numbered_leaf_hashes(300);
  const Mth mth = reference_tree(leaves);
  for (std::uint64_t n = 0; n <= 300; ++n) {
    for (std::uint64_t m = 0; m <= n; ++m) compare_consistency(m, n, mth);
  }
}

/// A tree of up to 2^62 leaves that are all alike but for a few, so that it need not be held.
class SparseTree {
 public:
  explicit SparseTree(std::vector<std::uint64_t> special) : special_(std::move(special)) {
    uniform_.push_back(hash_leaf("plain"));
    for (unsigned level = 1; level < 63; ++level)
      uniform_.push_back(hash_node(uniform_.back(), uniform_.back()));
  }
  Hash mth(std::uint64_t begin, std::uint64_t end) const {
    const std::uint64_t n = end - begin;
    const bool perfect = (n & (n - 1)) == 0;
    if (perfect && !holds_special(begin, end))
      return uniform_[static_cast<std::size_t>(std::countr_zero(n))];
    if (n == 1) return hash_leaf("special " + std::to_string(begin));
    const std::uint64_t k = split_of(n);
    return hash_node(mth(begin, begin + k), mth(begin + k, end));
  }

 private:
  bool holds_special(std::uint64_t begin, std::uint64_t end) const {
    return std::any_of(special_.begin(), special_.end(),
                       [=](std::uint64_t i) { return i >= begin && i < end; });
  }
  std::vector<std::uint64_t> special_;
  std::vector<Hash> uniform_;
};

TEST(MerkleDifferentialTest, AgreesForRandomTreesUpTo2To62) {
  const char* given = std::getenv("DURE_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20261122;
  std::printf("seed %llu (set DURE_SEED to another)\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t n = (random() >> (2 + random() % 60)) + 2;
    const std::uint64_t m = random() % n;
    const SparseTree tree({m, random() % n, 0, n - 1});
    const Mth mth = [&](std::uint64_t b, std::uint64_t e) {
      return b == e ? sha256({}) : tree.mth(b, e);
    };
    compare_inclusion(m, n, mth);
    compare_consistency(m, n, mth);
  }
}

}  // namespace
}  // namespace dure
