// SPDX-License-Identifier: Apache-2.0
#include "dure/encoding.h"

#include <gtest/gtest.h>

#include <random>

#include "fixtures.h"

namespace dure {
namespace {

using testing::outcome;

std::string random_bytes(std::mt19937_64& random, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>(random() & 0xFF);
  return out;
}

TEST(Sha256Test, HashesTheConcatenation) {
  const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  EXPECT_EQ(hex_encode(as_view(sha256({"abc"}))), abc);
  EXPECT_EQ(hex_encode(as_view(sha256({"a", "", "bc"}))), abc);
}

TEST(Base64Test, MatchesRfc4648) {
  EXPECT_EQ(base64_encode(""), "");
  EXPECT_EQ(base64_encode("f"), "Zg==");
  EXPECT_EQ(base64_encode("fo"), "Zm8=");
  EXPECT_EQ(base64_encode("foobar"), "Zm9vYmFy");
}

TEST(Base64Test, ComesBackForEveryLength) {
  std::mt19937_64 random(1);
  for (std::size_t n = 0; n < 200; ++n) {
    const std::string bytes = random_bytes(random, n);
    EXPECT_EQ(*base64_decode(base64_encode(bytes)), bytes);
  }
}

TEST(Base64Test, RejectsEveryOtherSpelling) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "=Zg=", "Z===", "====", "Zh==", "Zm9=", "Zm8-",
                           "Zm_v", "Zm8=\n", " Zm8", "Zg==Zg==", "Zm8=Zm8=", "Z\xFFg="}) {
    EXPECT_EQ(outcome(base64_decode(text)), "malformed") << text;
  }
}

TEST(Base64Test, AcceptsOneOfTheFourPossibleLastCharacters) {
  const Hash hash = sha256({"x"});
  std::string text = base64_encode(as_view(hash));
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  int accepted = 0;
  for (const char c : alphabet) {
    text[42] = c;
    const auto decoded = base64_decode_hash(text);
    if (decoded) ++accepted;
    EXPECT_TRUE(!decoded || base64_encode(as_view(*decoded)) == text);
  }
  EXPECT_EQ(accepted, 16);  // 4 of the 6 bits are free
}

TEST(Base64HashTest, WantsExactly32Bytes) {
  EXPECT_EQ(outcome(base64_decode_hash(base64_encode(std::string(31, 'x')))), "malformed");
  EXPECT_EQ(outcome(base64_decode_hash(base64_encode(std::string(33, 'x')))), "malformed");
  EXPECT_EQ(outcome(base64_decode_hash("")), "malformed");
}

TEST(HexTest, IsLowerCaseOnly) {
  EXPECT_EQ(hex_encode("\x01\xAB"), "01ab");
  EXPECT_EQ(*hex_decode("01ab"), "\x01\xAB");
  for (const char* text : {"01AB", "0", "0g", "0x01", " 01"})
    EXPECT_EQ(outcome(hex_decode(text)), "malformed") << text;
}

TEST(Base32Test, Writes16BytesAs26Characters) {
  EXPECT_EQ(base32_encode(std::string(16, '\0')), std::string(26, 'a'));
  EXPECT_EQ(base32_encode(std::string(16, '\xFF')), std::string(25, '7') + "4");
  EXPECT_EQ(base32_encode("foobar"), "mzxw6ytboi");
}

TEST(Base32Test, ComesBackForEveryLength) {
  std::mt19937_64 random(2);
  for (std::size_t n = 0; n < 100; ++n) {
    const std::string bytes = random_bytes(random, n);
    EXPECT_EQ(*base32_decode(base32_encode(bytes)), bytes);
  }
}

TEST(Base32Test, RejectsSpareBitsUpperCaseAndImpossibleLengths) {
  for (const std::string& text : std::vector<std::string>{
           std::string(25, 'a') + "b", std::string(26, 'A'), std::string("a"), std::string("aaa"),
           std::string("aaaaaa"), std::string("a1"), std::string("me======")}) {
    EXPECT_EQ(outcome(base32_decode(text)), "malformed") << text;
  }
}

TEST(DecimalTest, ReadsUpTo2To63) {
  EXPECT_EQ(*parse_decimal("0"), 0U);
  EXPECT_EQ(*parse_decimal("9223372036854775807"), (std::uint64_t{1} << 63) - 1);
}

TEST(DecimalTest, RejectsEveryOtherSpelling) {
  for (const char* text :
       {"", "00", "01", "+1", "-1", " 1", "1 ", "1a", "0x1", "9223372036854775808",
        "18446744073709551616", "99999999999999999999999"}) {
    EXPECT_EQ(outcome(parse_decimal(text)), "malformed") << text;
  }
}

TEST(BigEndianTest, ComesBack) {
  Bytes out;
  append_u16be(out, 0x0102);
  append_u32be(out, 0x03040506);
  append_u64be(out, 0xFFEEDDCCBBAA9988);
  EXPECT_EQ(hex_encode(out), "010203040506ffeeddccbbaa9988");
  std::string_view in = out;
  EXPECT_EQ(*take_u16be(in), 0x0102U);
  EXPECT_EQ(*take_u32be(in), 0x03040506U);
  EXPECT_EQ(*take_u64be(in), 0xFFEEDDCCBBAA9988U);
  EXPECT_TRUE(in.empty());
}

TEST(BigEndianTest, RejectsCutNumbersAndLeavesThem) {
  std::string_view in = "abc";
  EXPECT_EQ(outcome(take_u32be(in)), "malformed");
  EXPECT_EQ(outcome(take_u64be(in)), "malformed");
  EXPECT_EQ(outcome(take_bytes(in, 4)), "malformed");
  EXPECT_EQ(*take_bytes(in, 3), "abc");
  EXPECT_EQ(outcome(take_u16be(in)), "malformed");
}

TEST(Utf8Test, AcceptsTheEdgesOfEachLength) {
  EXPECT_TRUE(
      is_utf8("\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF\xF0\x90\x80\x80"
              "\xF4\x8F\xBF\xBF"));
}

TEST(Utf8Test, RejectsSurrogatesOverlongFormsAndCutCharacters) {
  for (const char* text :
       {"\xED\xA0\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80", "\xE2\x80", "\xC3(", "\xFF"}) {
    EXPECT_FALSE(is_utf8(text)) << hex_encode(text);
  }
}

}  // namespace
}  // namespace dure
