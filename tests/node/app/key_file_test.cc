// SPDX-License-Identifier: Apache-2.0
#include "app/key_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace dure::node {
namespace {

constexpr KdfCost kCheap{1, 8};

Seed sample(Suite suite) {
  Seed seed;
  seed.suite = suite;
  std::fill_n(seed.bytes.data(), 32, std::uint8_t{0xA5});
  return seed;
}

std::string sealed_text(Suite suite) {
  return format_key_file(*seal(sample(suite), Passphrase("correct horse"), kCheap));
}

TEST(KeyFileTest, OpenAndSealedOnesComeBackAsTheyWere) {
  const std::string bare(64, 'a');
  const std::string texts[] = {bare + "\n", "dure-key/1\nsuite p256\nseed " + bare + "\n",
                               sealed_text(Suite::kEd25519), sealed_text(Suite::kP256)};
  for (const auto& text : texts) {
    const auto file = parse_key_file(text);
    ASSERT_TRUE(file) << text;
    EXPECT_EQ(format_key_file(*file), text);
    EXPECT_LE(text.size(), kMaxKeyFileBytes);
  }
  EXPECT_EQ(parse_key_file(texts[1])->suite, Suite::kP256);
  EXPECT_TRUE(parse_key_file(bare)) << "as an editor may leave it";
}

TEST(KeyFileTest, OnlyThePassphraseOpensASealedOne) {
  for (const Suite suite : {Suite::kEd25519, Suite::kP256}) {
    const auto text = sealed_text(suite);
    EXPECT_EQ(text.find("a5a5"), std::string::npos);
    const auto file = parse_key_file(text);
    const auto seed = unseal(*file, Passphrase("correct horse"));
    ASSERT_TRUE(seed);
    EXPECT_EQ(seed->suite, suite);
    EXPECT_EQ(std::memcmp(seed->bytes.data(), sample(suite).bytes.data(), 32), 0);
    for (const char* wrong : {"", "correct hors", "correct horse ", "Correct horse"})
      EXPECT_EQ(unseal(*file, Passphrase(wrong)).error().code, ErrorCode::kRefused) << wrong;
  }
  EXPECT_NE(sealed_text(Suite::kP256), sealed_text(Suite::kP256)) << "salt and nonce are fresh";
}

// Neither suite nor parameters nor anything else can be exchanged.
TEST(KeyFileTest, NoOtherByteOpens) {
  const auto right = sealed_text(Suite::kP256);
  const Passphrase words("correct horse");
  ASSERT_TRUE(unseal(*parse_key_file(right), words));
  for (std::size_t i = 0; i < right.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string wrong = right;
      wrong[i] = static_cast<char>(wrong[i] ^ (1 << bit));
      const auto file = parse_key_file(wrong);
      EXPECT_FALSE(file && unseal(*file, words)) << i << ": " << wrong;
    }
    EXPECT_FALSE(parse_key_file(right.substr(0, i))) << i;
  }
  EXPECT_FALSE(parse_key_file(right + "\n"));
}

TEST(KeyFileTest, AsksForBoundedMemoryAndTime) {
  const auto right = sealed_text(Suite::kP256);
  const auto with = [&](const std::string& cost) {
    std::string text = right;
    text.replace(text.find("argon2id 1 8"), 12, "argon2id " + cost);
    return parse_key_file(text).has_value();
  };
  EXPECT_TRUE(with("16 262144"));
  for (const char* cost : {"17 8", "1 262145", "1 4294967296", "1 18446744073709551615", "0 8",
                           "1 7", "1 08", "01 8", "1", "1 8 8", "-1 8", "1  8", "1 8 "})
    EXPECT_FALSE(with(cost)) << cost;
}

TEST(KeyFileTest, RefusesWhatItDoesNotKnow) {
  const std::string seed(64, 'a');
  EXPECT_EQ(parse_key_file("dure-key/2\nsuite p256\nseed " + seed + "\n").error().code,
            ErrorCode::kUnsupported);
  for (const auto& text :
       {std::string(), seed + "\n\n", seed.substr(1), std::string(64, 'A'),
        "dure-key/1\nsuite ed25519\nseed " + seed + "\n",
        "dure-key/1\nsuite rsa\nseed " + seed + "\n", "dure-key/1\nsuite p256\nseed " + seed,
        "dure-key/1\nseed " + seed + "\n", "dure-key/1\nsuite p256\nseed " + seed + "\nmore\n",
        std::string("dure-key/1\n")})
    EXPECT_EQ(parse_key_file(text).error().code, ErrorCode::kMalformed) << text;
}

}  // namespace
}  // namespace dure::node
