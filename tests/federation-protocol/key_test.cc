// SPDX-License-Identifier: Apache-2.0
#include "dure/key.h"

#include <gtest/gtest.h>

#include "fixtures.h"

namespace dure {
namespace {

using testing::outcome;

// From the C2SP signed-note specification.
constexpr std::string_view kExample =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

std::string vkey_for(std::string_view name, char type, std::string_view key) {
  const std::string typed = std::string(1, type) + std::string(key);
  const Hash id = sha256({name, "\n", typed});
  return std::string(name) + "+" + hex_encode(as_view(id).substr(0, 4)) + "+" +
         base64_encode(typed);
}

TEST(VerifierKeyTest, ComesBackFromItsText) {
  const auto key = VerifierKey::parse(kExample);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->name(), "example.com/foo");
  EXPECT_EQ(key->id(), 0x530d903aU);
  EXPECT_EQ(key->type(), KeyType::kEd25519);
  EXPECT_EQ(key->format(), kExample);
}

TEST(VerifierKeyTest, RejectsEveryProperSubstring) {
  for (std::size_t begin = 0; begin < kExample.size(); ++begin) {
    for (std::size_t end = begin; end <= kExample.size(); ++end) {
      if (end - begin == kExample.size()) continue;
      EXPECT_FALSE(VerifierKey::parse(kExample.substr(begin, end - begin)));
    }
  }
}

TEST(VerifierKeyTest, RejectsEveryChangedByte) {
  std::string vkey(kExample);
  for (char& c : vkey) {
    for (int delta = 1; delta < 256; ++delta) {
      c = static_cast<char>(c + 1);
      EXPECT_FALSE(VerifierKey::parse(vkey)) << printable(vkey);
    }
    c = static_cast<char>(c + 1);
  }
}

TEST(VerifierKeyTest, SaysUnsupportedForATypeItDoesNotKnow) {
  EXPECT_EQ(outcome(VerifierKey::parse(vkey_for("a", 0x05, std::string(32, 'x')))), "unsupported");
  EXPECT_EQ(outcome(VerifierKey::parse(vkey_for("a", 0x06, std::string(1312, 'x')))),
            "unsupported");
}

TEST(VerifierKeyTest, RejectsAnotherLength) {
  const std::string key = testing::log_signer()->verifier().public_key();
  EXPECT_EQ(outcome(VerifierKey::parse(vkey_for("a", 1, key))), "ok");
  EXPECT_EQ(outcome(VerifierKey::parse(vkey_for("a", 1, key.substr(1)))), "malformed");
  EXPECT_EQ(outcome(VerifierKey::parse(vkey_for("a", 1, key + "x"))), "malformed");
}

TEST(VerifierKeyTest, RejectsSmallOrderAndNonCanonicalPoints) {
  const char* points[] = {
      "0100000000000000000000000000000000000000000000000000000000000000",  // identity
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // order 2
      "0000000000000000000000000000000000000000000000000000000000000000",  // order 4
      "0000000000000000000000000000000000000000000000000000000000000080",  // order 4
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",  // order 8
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",  // order 8
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",  // order 8
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",  // order 8
      "0100000000000000000000000000000000000000000000000000000000000080",  // identity, negative
                                                                           // zero
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // y = p
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // y = p + 1
      "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",  // y = 2^255 - 1
      "0200000000000000000000000000000000000000000000000000000000000000",  // not on the curve
  };
  for (const char* point : points) {
    EXPECT_EQ(outcome(VerifierKey::make("a", KeyType::kEd25519, *hex_decode(point))),
              "bad-signature")
        << point;
  }
}

TEST(VerifierKeyTest, FingerprintIsFiveGroupsOfFourDigits) {
  const auto key = VerifierKey::parse(kExample);
  const std::string digits = hex_encode(as_view(sha256({kExample})));
  EXPECT_EQ(key->fingerprint(), digits.substr(0, 4) + "-" + digits.substr(4, 4) + "-" +
                                    digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
                                    digits.substr(16, 4));
}

TEST(SignerTest, MakesWhatItsVerifierAccepts) {
  const auto signer = testing::log_signer();
  const auto signature = signer->sign("message");
  ASSERT_TRUE(signature);
  EXPECT_TRUE(signer->verifier().verify("message", *signature));
  EXPECT_FALSE(signer->verifier().verify("messagE", *signature));
  EXPECT_FALSE(signer->verifier().verify("message", signature->substr(1)));
  EXPECT_FALSE(signer->verifier().verify("message", *signature + "x"));
  EXPECT_FALSE(signer->verifier().verify("message", ""));
}

TEST(SignerTest, FlippedBitsOfTheSignatureNeverVerify) {
  const auto signer = testing::log_signer();
  Bytes signature = *signer->sign("message");
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(signer->verifier().verify("message", signature)) << bit;
    signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ (1 << bit % 8));
  }
}

TEST(SignerTest, MatchesRfc8032) {
  const Bytes seed_bytes =
      *hex_decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  Secret<32> seed;
  std::copy(seed_bytes.begin(), seed_bytes.end(), seed.data());
  const auto signer = *make_ed25519_signer("a", KeyType::kEd25519, seed);
  EXPECT_EQ(hex_encode(signer->verifier().public_key()),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  EXPECT_EQ(hex_encode(*signer->sign("")),
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39"
            "701cf9b46bd25bf5f0595bbe24655141438e7a100b");
}

TEST(SignerTest, RejectsABadName) {
  EXPECT_EQ(outcome(make_ed25519_signer("a b", KeyType::kEd25519, Secret<32>())), "malformed");
}

TEST(SecretTest, LeavesNothingBehindWhenMoved) {
  Secret<4> first;
  first.data()[0] = 9;
  const Secret<4> second = std::move(first);
  EXPECT_EQ(second.data()[0], 9);
  EXPECT_EQ(first.data()[0], 0);  // NOLINT(bugprone-use-after-move): that is the point
}

TEST(KeyNameTest, IsAnythingWithoutSpacePlusAndControls) {
  EXPECT_TRUE(is_key_name("suwon.go.kr/dure/1"));
  EXPECT_TRUE(is_key_name("수원시"));
  EXPECT_TRUE(is_key_name(std::string(255, 'a')));
  for (const std::string& name : std::vector<std::string>{
           std::string(), std::string("a b"), std::string("a+b"), std::string("a\tb"),
           std::string("a\x7F"), std::string("a\u00A0b"), std::string("a\u3000b"),
           std::string("a\u2003"), std::string("\xFF"), std::string(256, 'a')}) {
    EXPECT_FALSE(is_key_name(name)) << printable(name);
  }
}

}  // namespace
}  // namespace dure
